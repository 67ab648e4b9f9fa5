import { describe, expect, it } from '@jest/globals';
import {
  AccessDenied,
  EngineUnavailable,
  ObjectGone,
  ObjectReplaced,
  ObjectUnreadable,
  StorageUnavailable,
} from '../../../../functions/domain/errors.ts';
import { type HuntPorts, huntObject } from '../../../../functions/domain/hunt/hunt-object.ts';
import { type CurrentObject, NO_HEADERS } from '../../../../functions/domain/ports.ts';

const item = (over: object = {}) => ({
  ...{ Key: 'in/a.txt', Etag: '"e1"', Size: 7, LastModified: 0, StorageClass: 'STANDARD' },
  ...over,
});
const current = (over: Partial<CurrentObject> = {}): CurrentObject => ({
  ...{ bucket: 'uploads', key: 'in/a.txt', size: 7, etag: 'e1', versionId: 'v1' },
  ...{ lastModified: '2026-01-01T00:00:00.000Z', headers: NO_HEADERS },
  ...over,
});
type Said = Awaited<ReturnType<HuntPorts['scan']>>;

/** @param answers what each scan says or throws; the last one again */
async function hunt(answers: readonly (Said | Error)[], listed: object = {}, head: () => CurrentObject = current) {
  const scanned: unknown[] = [];
  const ports: HuntPorts = {
    store: { head: async () => head() },
    maxObjectBytes: 1000,
    async scan({ etag, versionId }) {
      const answer = answers[Math.min(scanned.push([etag, versionId]), answers.length) - 1];
      if (answer instanceof Error || answer === undefined) throw answer;
      return answer;
    },
  };
  return { ...(await huntObject(ports, 'uploads', item(listed))), scanned };
}
const CLEAN: Said = { status: 'CLEAN', finding: null };
const FOUND: Said = { status: 'INFECTED', finding: 'YARA.One.UNOFFICIAL' };
const named = (what: string, reason: string) => ({ key: 'in/a.txt', what, reason });

describe('an object of a hunt', () => {
  it('that matches is named, with the version that was looked at', async () => {
    expect(await hunt([FOUND])).toEqual({
      row: { what: 'match', bytes: 7 },
      named: { ...named('match', 'YARA.One.UNOFFICIAL'), versionId: 'v1' },
      scanned: [['e1', undefined]],
    });
    // Overwritten since: the version there now is another.
    expect((await hunt([FOUND], {}, () => current({ etag: 'e2' }))).named).toEqual(
      named('match', 'YARA.One.UNOFFICIAL'),
    );
    const gone = () => {
      throw new ObjectGone('gone');
    };
    expect((await hunt([FOUND], {}, gone)).named).toEqual(named('match', 'YARA.One.UNOFFICIAL'));
  });

  it.each<[string, Said]>([
    ['nothing', CLEAN],
    ['content of a type that is refused', { status: 'REJECTED', finding: 'type:application/x' }],
  ])('in which there is %s is looked at, and has no name', async (_, said) => {
    expect(await hunt([said])).toMatchObject({ row: { what: 'looked', bytes: 7 } });
    expect(await hunt([said])).not.toHaveProperty('named');
  });

  it.each(['encrypted', 'limits-exceeded:time', 'unsupported-format:zstd'])(
    '%s is looked at in part',
    async (finding) => {
      expect(await hunt([{ status: 'UNSCANNABLE', finding }])).toMatchObject({
        row: { what: 'partly', bytes: 7, reason: finding },
        named: named('partly', finding),
      });
    },
  );

  it('that the engine suspects by itself is looked at in part: the scan ends there', async () => {
    const finding = 'Heuristics.Phishing.Email';
    expect(await hunt([{ status: 'INFECTED', finding }])).toMatchObject({
      row: { what: 'partly', bytes: 7, reason: finding },
      named: named('partly', finding),
    });
  });

  it.each<[string, object, readonly (Said | Error)[], number]>([
    ['archived', { StorageClass: 'GLACIER' }, [], 0],
    ['archived', {}, [{ status: 'UNSCANNABLE', finding: 'archived' }], 1],
    ['too-large', { Size: 1001 }, [], 0],
    ['customer-key', {}, [{ status: 'UNSCANNABLE', finding: 'customer-key' }], 1],
    ['no-key-access', {}, [new ObjectUnreadable('no-key-access', 'no key')], 1],
  ])('%s is not looked at, and says so', async (reason, listed, answers, scans) => {
    const { scanned, ...result } = await hunt(answers, listed);
    expect(result).toEqual({ row: { what: 'unread', reason }, named: named('unread', reason) });
    expect(scanned).toHaveLength(scans);
  });

  it('that is empty has nothing to match, and is not read', async () => {
    expect(await hunt([], { Size: 0 })).toEqual({ row: { what: 'looked', bytes: 0 }, scanned: [] });
  });

  it('that is gone is counted', async () => {
    expect(await hunt([new ObjectGone('gone')])).toMatchObject({ row: { what: 'unread', reason: 'gone' } });
  });

  it('that was overwritten is looked at as it is now; no other hunt would', async () => {
    const now = () => current({ etag: 'e2', versionId: 'v2', size: 9 });
    expect(await hunt([new ObjectReplaced('other'), FOUND], {}, now)).toMatchObject({
      row: { what: 'match', bytes: 9 },
      named: { versionId: 'v2' },
      scanned: [
        ['e1', undefined],
        ['e2', 'v2'],
      ],
    });
    expect(await hunt([new ObjectReplaced('other')], {}, now)).toMatchObject({ named: named('unread', 'replaced') });
  });

  it('is tried twice after a fault that may pass, and then failed', async () => {
    expect(await hunt([new StorageUnavailable('slow'), CLEAN])).toMatchObject({ row: { what: 'looked' } });
    const failed = await hunt([new EngineUnavailable('down')]);
    expect(failed).toMatchObject({ row: { what: 'failed' }, named: named('failed', 'EngineUnavailable: down') });
    expect(failed.scanned).toHaveLength(2);
    expect((await hunt([new AccessDenied('no')])).scanned).toHaveLength(1);
    await expect(hunt([new TypeError('a bug')])).rejects.toThrow('a bug');
  });
});
