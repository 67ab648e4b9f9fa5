import { describe, expect, it } from '@jest/globals';
import { NO_HEADERS } from '../../../functions/domain/ports.ts';
import type { ScanPorts } from '../../../functions/domain/scan-content.ts';
import { metered } from '../../../functions/domain/scan-metrics.ts';
import { NOTHING_INSIDE } from '../../support/nothing-inside.ts';

const OBJECT = { bucket: 'uploads', key: 'a', size: 7, etag: 'abc' };

function ports(copy: () => Promise<void>) {
  const instants = [1000, 1050];
  const recorded: object[] = [];
  const scratch: ScanPorts['scratch'] = {
    async withCopy(_, use) {
      await copy();
      return use({ path: '/copy' }, NO_HEADERS);
    },
  };
  const scanned = metered(
    { scratch, ...NOTHING_INSIDE, clock: () => new Date(instants.shift() ?? 0), engine: {} as ScanPorts['engine'] },
    { record: (values) => recorded.push(values), flush: () => undefined },
  );
  return { scanned, recorded };
}

describe('metered', () => {
  it('counts an object that was read and judged: once, its bytes and its time', async () => {
    const { scanned, recorded } = ports(async () => undefined);
    expect(await scanned.scratch.withCopy(OBJECT, async ({ path }) => `scanned ${path}`)).toBe('scanned /copy');
    expect(recorded).toEqual([{ ObjectsScanned: 1, BytesScanned: 7, ScanMilliseconds: 50 }]);
  });

  it.each([
    ['the download', async () => Promise.reject(new Error('scripted')), async () => 1],
    ['the engine', async () => undefined, async () => Promise.reject(new Error('scripted'))],
  ])('does not count one for which %s fails: its retry will be', async (_, copy, use) => {
    const { scanned, recorded } = ports(copy);
    await expect(scanned.scratch.withCopy(OBJECT, use)).rejects.toThrow('scripted');
    expect(recorded).toEqual([]);
  });
});
