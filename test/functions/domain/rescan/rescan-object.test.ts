import { describe, expect, it } from '@jest/globals';
import { DIALECT_NAMES, dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import {
  AccessDenied,
  EngineUnavailable,
  ObjectGone,
  ObjectReplaced,
  ObjectUnreadable,
  StorageUnavailable,
} from '../../../../functions/domain/errors.ts';
import { NO_HEADERS } from '../../../../functions/domain/ports.ts';
import type { BatchSettings } from '../../../../functions/domain/rescan/payloads.ts';
import { type RescanPorts, rescanObject } from '../../../../functions/domain/rescan/rescan-object.ts';
import { ScanPolicy } from '../../../../functions/domain/scan-policy.ts';
import type { Verdict } from '../../../../functions/domain/verdict.ts';
import { VERDICTS } from '../dialects/verdicts.ts';

const settings: BatchSettings = {
  bucket: 'b',
  strategy: 'all',
  window: { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' },
  policy: ScanPolicy.parse({ maxObjectBytes: 100, allowedTypes: ['*'], onInfected: 'tag' }),
  filters: { prefixes: [], suffixes: [] },
  ages: [1, 7],
};
const item = { Key: 'k', Etag: '"e"', Size: 4, LastModified: 0, StorageClass: 'STANDARD' };
const verdict = {
  status: 'CLEAN',
  finding: null,
  type: null,
  definitions: '1',
  activeContent: [],
  scanTime: '2026-11-21T00:00:00Z',
} as Verdict;

function look(
  over: Partial<Omit<RescanPorts, 'store'>> & { store?: Partial<RescanPorts['store']> } = {},
  listed: object = {},
  run: Partial<BatchSettings> = {},
) {
  const store = {
    currentTags: async () => ({ tags: {}, versionId: 'v' }),
    head: async () => ({ bucket: 'b', key: 'k', size: 0, etag: 'e', lastModified: '', headers: NO_HEADERS }),
    ...over.store,
  };
  const ports = { dialect: dialectNamed('airlock'), check: async () => verdict, definitionsVersion: async () => '1' };
  return rescanObject({ ...ports, ...over, store }, { ...settings, ...run }, { ...item, ...listed });
}

/** A store in which the object carries these tags. */
const tagged = (tags: Record<string, string>) => ({ currentTags: async () => ({ tags, versionId: 'v' }) });
const CLEAN = { 'scan-status': 'CLEAN', 'scan-time': '2026-11-01T00:00:00Z', 'scan-definitions': '1' };
const infected: Verdict = { ...verdict, status: 'INFECTED', finding: 'Eicar' };
/** Findings for an object whose bytes cannot be read, regardless of its content. */
const OUT_OF_REACH = ['archived', 'customer-key', 'no-key-access'];

describe('rescanObject', () => {
  it('names the version that it looked at', async () => {
    const { changed } = await look();
    expect(changed?.object).toEqual({ key: 'k', size: 4, etag: 'e', 'version-id': 'v' });
  });

  it('names no version where there is none', async () => {
    const { changed } = await look({ store: { currentTags: async () => ({ tags: {} }) } });
    expect(changed?.object).toEqual({ key: 'k', size: 4, etag: 'e' });
  });

  it('asks for the tags of the key, and has the content checked under the policy of the run', async () => {
    const asked: unknown[] = [];
    const currentTags = async (object: object) => {
      asked.push(object);
      return { tags: {}, versionId: 'v' };
    };
    const check = async (...question: unknown[]) => {
      asked.push(...question);
      return verdict;
    };
    await look({ check, store: { currentTags } });
    const object = { bucket: 'b', key: 'k', size: 4, etag: 'e', versionId: 'v' };
    expect(asked).toEqual([{ bucket: 'b', key: 'k' }, object, settings.policy]);
  });

  it.each([
    [new ObjectGone(''), { kind: 'skipped', reason: 'gone' }],
    [new ObjectReplaced(''), { kind: 'skipped', reason: 'replaced' }],
    [new ObjectUnreadable('customer-key', ''), { kind: 'skipped', reason: 'customer-key' }],
  ])('makes a row of %s', async (fault, row) => {
    expect(await look({ check: () => Promise.reject(fault) })).toEqual({ row });
    expect(await look({ store: { currentTags: () => Promise.reject(fault) } })).toEqual({ row });
  });

  it.each([new AccessDenied('GetObject'), new StorageUnavailable('503')])(
    'counts %s as failed, and says by what',
    async (fault) => {
      const failed = { row: { kind: 'failed' }, fault };
      expect(await look({ check: () => Promise.reject(fault) })).toEqual(failed);
      expect(await look({ store: { currentTags: () => Promise.reject(fault) } })).toEqual(failed);
    },
  );

  it('tries once more what may pass, and only that', async () => {
    const attempts: string[] = [];
    const failing = (fault: Error) => async () => {
      attempts.push(fault.name);
      if (attempts.length < 2) throw fault;
      return verdict;
    };
    expect((await look({ check: failing(new EngineUnavailable('')) })).row).toMatchObject({ kind: 'scanned' });
    attempts.length = 0;
    expect((await look({ check: failing(new AccessDenied('')) })).row).toEqual({ kind: 'failed' });
    expect(attempts).toHaveLength(1);
  });

  it('gives up after two attempts', async () => {
    let attempts = 0;
    const check = async () => {
      attempts += 1;
      throw new StorageUnavailable('503');
    };
    expect((await look({ check })).row).toEqual({ kind: 'failed' });
    expect(attempts).toBe(2);
  });

  describe.each(OUT_OF_REACH)('of an object out of reach, %s', (finding) => {
    const row = { kind: 'skipped', reason: finding };
    const refused = () => Promise.reject(new ObjectUnreadable(finding, 'out of reach'));
    const unscannable: Verdict = { ...verdict, status: 'UNSCANNABLE', finding };

    it.each([{}, CLEAN, { 'scan-status': 'INFECTED', 'scan-finding': 'Eicar' }])(
      'leaves the verdict that there is: %j',
      async (tags) => {
        expect(await look({ check: async () => unscannable, store: tagged(tags) })).toEqual({ row });
        expect(await look({ check: refused, store: tagged(tags) })).toEqual({ row });
        expect(await look({ store: { ...tagged(tags), head: refused } }, { Size: 0 })).toEqual({ row });
        expect(await look({ store: { currentTags: refused } })).toEqual({ row });
      },
    );
  });

  it.each(['encrypted', 'limits-exceeded:size', 'too-large', 'unreadable'])(
    'changes a CLEAN verdict to UNSCANNABLE for what the content is: %s',
    async (finding) => {
      const unscannable: Verdict = { ...verdict, status: 'UNSCANNABLE', finding };
      expect(await look({ check: async () => unscannable, store: tagged(CLEAN) })).toEqual({
        row: { kind: 'scanned', bytes: 4, infected: false, changed: true },
        changed: {
          object: { key: 'k', size: 4, etag: 'e', 'version-id': 'v' },
          verdict: unscannable,
          infected: false,
        },
        said: { status: 'UNSCANNABLE', finding, was: 'CLEAN', etag: 'e', versionId: 'v' },
      });
    },
  );

  it.each(Object.values(VERDICTS))('writes nothing of a verdict that is confirmed: %j', async (found) => {
    const store = tagged(Object.fromEntries(dialectNamed('airlock').tags(found)));
    const isInfected = found.status === 'INFECTED';
    const row = { kind: 'scanned', bytes: 4, infected: isInfected, changed: false };
    if (found.finding === 'no-key-access') return;
    const { status, finding } = found;
    const said = { status, finding, was: status, etag: 'e', versionId: 'v' };
    expect(await look({ check: async () => found, store })).toEqual({ row, said });
  });

  it.each(DIALECT_NAMES)('reports malware in an object that has no room for a status, in %s', async (name) => {
    const owners = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`tag${index}`, 'x']));
    const found = await look({ dialect: dialectNamed(name), check: async () => infected, store: tagged(owners) });
    expect(found).toMatchObject({
      row: { infected: true, changed: true },
      changed: { verdict: infected, infected: true },
    });
  });

  it('goes by the tags before it reads anything, where the strategy does', async () => {
    const never = () => Promise.reject(new TypeError('not to be asked'));
    const store = tagged(CLEAN);
    const skipped = (reason: string) => ({ row: { kind: 'skipped', reason } });
    const ports = { store, check: never, definitionsVersion: never };
    expect(await look(ports, {}, { strategy: 'unscanned' })).toEqual(skipped('has-verdict'));
    const withVersion = (version: string) => ({ store, definitionsVersion: async () => version });
    expect(await look({ ...withVersion('1'), check: never }, {}, { strategy: 'stale' })).toEqual(skipped('up-to-date'));
    expect((await look(withVersion('2'), {}, { strategy: 'stale' })).row).toMatchObject({ kind: 'scanned' });
    const unknown = { ...withVersion('2'), store: tagged({ 'scan-status': 'CLEAN' }) };
    expect((await look(unknown, {}, { strategy: 'stale' })).row).toMatchObject({ kind: 'scanned' });
    const unscanned = await look({ definitionsVersion: never }, {}, { strategy: 'unscanned' });
    expect(unscanned.row).toMatchObject({ kind: 'scanned' });
  });

  it.each(['all', 'due'] as const)('scans with %s what has a verdict, of any definitions', async (strategy) => {
    const never = () => Promise.reject(new TypeError('not to be asked'));
    const dueInTheWindow = { LastModified: Date.parse('2026-11-19T12:00:00Z') / 1000 };
    const { row } = await look({ store: tagged(CLEAN), definitionsVersion: never }, dueInTheWindow, { strategy });
    expect(row).toMatchObject({ kind: 'scanned' });
  });

  it('asks for nothing about an object that the listing leaves out', async () => {
    const never = () => Promise.reject(new TypeError('not to be asked'));
    const ports = { check: never, store: { currentTags: never, head: never } };
    const notDue = { LastModified: Date.parse('2026-11-18T12:00:00Z') / 1000 };
    expect(await look(ports, notDue, { strategy: 'due' })).toEqual({ row: { kind: 'skipped', reason: 'not-due' } });
    expect(await look(ports, { StorageClass: 'GLACIER' })).toEqual({ row: { kind: 'skipped', reason: 'archived' } });
  });

  it('looks twice at what it does not read, since only a read says that it is what was listed', async () => {
    const other = async () => ({
      bucket: 'b',
      key: 'k',
      size: 0,
      etag: 'other',
      lastModified: '',
      headers: NO_HEADERS,
    });
    const row = { kind: 'skipped', reason: 'replaced' };
    expect(await look({ store: { head: other } }, { Size: 0 })).toEqual({ row });
    expect(await look({ store: { head: other } }, { Size: 101 })).toEqual({ row });
    expect((await look({ store: { head: other } })).row).toMatchObject({ kind: 'scanned' });
    expect((await look({ store: { head: other } }, { Size: 100 })).row).toMatchObject({ kind: 'scanned' });
    expect((await look({}, { Size: 0 })).row).toMatchObject({ kind: 'scanned' });
    expect((await look({}, { Size: 101 })).row).toEqual(row);
  });

  it('rejects an empty object that would redirect the visitors of a website', async () => {
    const headers = { ...NO_HEADERS, websiteRedirect: '/elsewhere' };
    const head = async () => ({ bucket: 'b', key: 'k', size: 0, etag: 'e', lastModified: '', headers });
    const { changed } = await look({ store: { head } }, { Size: 0 });
    expect(changed?.verdict).toEqual({ ...verdict, status: 'REJECTED', finding: 'website-redirect' });
  });

  it('lets faults in the code through', async () => {
    await expect(look({ check: () => Promise.reject(new TypeError('no')) })).rejects.toThrow(TypeError);
  });
});
