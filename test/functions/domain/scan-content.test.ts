import { describe, expect, it } from '@jest/globals';
import { EngineUnavailable, ObjectUnreadable } from '../../../functions/domain/errors.ts';
import type { EngineReply, ScanEngine, Scratch } from '../../../functions/domain/ports.ts';
import { scanContent } from '../../../functions/domain/scan-content.ts';

const NOW = '2026-11-21T12:00:00.000Z';
const object = (size: number) => ({ bucket: 'b', key: 'k', etag: 'e', size });
const clean: EngineReply = { infected: false, signatures: [], definitions: '27500' };

function ports(scan: () => Promise<EngineReply>, withCopy?: Scratch['withCopy']) {
  const engine: ScanEngine = { scan, definitionsVersion: async () => '27500' };
  const scratch: Scratch = { withCopy: withCopy ?? ((_object, use) => use('/private/copy')) };
  return { engine, scratch, clock: () => new Date(NOW) };
}

const never = () => Promise.reject(new Error('not to be asked'));

describe('scanContent', () => {
  it('says what the engine says, with its definitions and the time', async () => {
    const verdict = await scanContent(
      ports(async () => clean),
      object(1),
      10,
      'text/plain',
    );
    expect(verdict).toEqual({
      status: 'CLEAN',
      finding: null,
      type: 'text/plain',
      definitions: '27500',
      scanTime: NOW,
    });
  });

  it.each([
    ['empty', 0, 'CLEAN', null],
    ['larger than the limit', 11, 'UNSCANNABLE', 'too-large'],
  ])('an %s object is neither read nor scanned', async (_name, size, status, finding) => {
    const verdict = await scanContent(ports(never, never), object(size), 10, null);
    expect(verdict).toMatchObject({ status, finding, definitions: null });
  });

  it('an object of exactly the limit is scanned', async () => {
    expect(
      await scanContent(
        ports(async () => clean),
        object(10),
        10,
        null,
      ),
    ).toMatchObject({ status: 'CLEAN' });
  });

  it('content that S3 does not hand out is UNSCANNABLE', async () => {
    const archived = () => Promise.reject(new ObjectUnreadable('archived', 'in Glacier'));
    const verdict = await scanContent(ports(never, archived), object(1), 10, null);
    expect(verdict).toMatchObject({ status: 'UNSCANNABLE', finding: 'archived', definitions: null });
  });

  it('a fault is no verdict', async () => {
    const down = () => Promise.reject(new EngineUnavailable('down'));
    await expect(scanContent(ports(down), object(1), 10, null)).rejects.toThrow(EngineUnavailable);
  });
});
