import { expect, it } from '@jest/globals';
import { dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import { AccessDenied, ObjectGone, StorageUnavailable } from '../../../../functions/domain/errors.ts';
import type { NamedObject } from '../../../../functions/domain/rescan/named.ts';
import { InfectedOfRun, type LookAgain, stillInfected } from '../../../../functions/domain/rescan/still-infected.ts';

const malware = (key: string, over: Partial<NamedObject> = {}): NamedObject => ({
  ...{ key, versionId: 'v', etag: 'e', status: 'INFECTED', finding: 'F' },
  ...over,
});

function ports(
  over: { find?: LookAgain['listing']['find']; tags?: Record<string, string>; fault?: Error } = {},
): LookAgain {
  const find: LookAgain['listing']['find'] = async (_, key) => ({
    object: { key, size: 1, etag: '"e"', 'version-id': 'v' },
    lastModified: new Date(0),
  });
  return {
    listing: { find: over.find ?? find },
    store: {
      async readTags() {
        if (over.fault !== undefined) throw over.fault;
        return over.tags ?? { 'scan-status': 'INFECTED' };
      },
    },
    dialect: dialectNamed('airlock'),
  };
}

const keysOf = async (look: LookAgain, ...objects: NamedObject[]) =>
  (await stillInfected(look, 'b', objects)).objects.map(({ key }) => key);

it.each<[string, LookAgain, NamedObject, boolean]>([
  ['with its content and tag', ports(), malware('a'), true],
  ['with its content, scanned by an earlier version', ports(), malware('a', { etag: undefined }), true],
  ['whose tag could not be written', ports({ tags: { owner: 'me' } }), malware('a'), true],
  ['with another verdict', ports({ tags: { 'scan-status': 'CLEAN' } }), malware('a'), false],
  ['that is gone', ports({ find: async () => undefined }), malware('a'), false],
  ['that goes meanwhile', ports({ fault: new ObjectGone('gone') }), malware('a'), false],
  ['with other content', ports(), malware('a', { etag: 'other' }), false],
  ['that may not be looked at', ports({ fault: new AccessDenied('no') }), malware('a'), true],
  ['that cannot be looked at', ports({ fault: new StorageUnavailable('no') }), malware('a'), true],
])('an object %s', async (_, look, object, isThere) => {
  expect(await keysOf(look, object)).toEqual(isThere ? ['a'] : []);
});

it('names them in the order of the run, as many as a message has room for', async () => {
  const objects = Array.from({ length: 200 }, (_, index) => malware(`${index}`.padEnd(1000, 'x')));
  const { objects: named, more } = await stillInfected(ports(), 'b', objects);
  expect(named).toEqual(objects.slice(0, named.length).map(({ key }) => ({ key, versionId: 'v', finding: 'F' })));
  expect(Buffer.byteLength(JSON.stringify(named))).toBeLessThanOrEqual(65_536);
  expect(named.length + more).toBe(200);
});

it('keeps few candidates of a run, and hands on every line', async () => {
  const run = new InfectedOfRun();
  async function* lines() {
    for (let index = 0; index < 700; index += 1) {
      const objects = [malware(String(index)), { key: 'failed', error: 'E' }];
      yield { status: 'SUCCEEDED' as const, line: { applied: [], named: { objects, more: 0 } } };
    }
  }
  let read = 0;
  for await (const _ of run.in(lines())) read += 1;
  expect(read).toBe(700);
  expect(run.objects.map(({ key }) => key)).toEqual(Array.from({ length: 500 }, (_, index) => String(index)));
});
