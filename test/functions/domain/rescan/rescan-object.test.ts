import { describe, expect, it } from '@jest/globals';
import { dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import {
  AccessDenied,
  EngineUnavailable,
  ObjectGone,
  ObjectReplaced,
  ObjectUnreadable,
  StorageUnavailable,
} from '../../../../functions/domain/errors.ts';
import type { BatchSettings } from '../../../../functions/domain/rescan/payloads.ts';
import { type RescanPorts, rescanObject } from '../../../../functions/domain/rescan/rescan-object.ts';
import type { Verdict } from '../../../../functions/domain/verdict.ts';

const settings: BatchSettings = {
  bucket: 'b',
  strategy: 'all',
  window: { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' },
  policy: { maxObjectBytes: 100, allowedTypes: ['*'], onInfected: 'tag' },
  filters: { prefixes: [], suffixes: [] },
};
const item = { Key: 'k', Etag: '"e"', Size: 4, LastModified: 0, StorageClass: 'STANDARD' };
const verdict = {
  status: 'CLEAN',
  finding: null,
  type: null,
  definitions: '1',
  scanTime: '2026-11-21T00:00:00Z',
} as Verdict;

function look(
  over: Partial<Omit<RescanPorts, 'store'>> & { store?: Partial<RescanPorts['store']> } = {},
  listed: object = {},
) {
  const store = {
    currentTags: async () => ({ tags: {}, versionId: 'v' }),
    head: async () => ({ bucket: 'b', key: 'k', size: 0, etag: 'e', lastModified: '' }),
    ...over.store,
  };
  const ports = { dialect: dialectNamed('airlock'), check: async () => verdict, definitionsVersion: async () => '1' };
  return rescanObject({ ...ports, ...over, store }, settings, { ...item, ...listed });
}

describe('rescanObject', () => {
  it('names the version that it looked at', async () => {
    const { changed } = await look();
    expect(changed?.object).toEqual({ key: 'k', size: 4, etag: 'e', 'version-id': 'v' });
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

  it('takes no verdict away for want of access', async () => {
    const unreadable: Verdict = { ...verdict, status: 'UNSCANNABLE', finding: 'archived' };
    expect(await look({ check: async () => unreadable })).toEqual({ row: { kind: 'skipped', reason: 'archived' } });
  });

  it('looks twice at what it does not read, since only a read says that it is what was listed', async () => {
    const other = async () => ({ bucket: 'b', key: 'k', size: 0, etag: 'other', lastModified: '' });
    const row = { kind: 'skipped', reason: 'replaced' };
    expect(await look({ store: { head: other } }, { Size: 0 })).toEqual({ row });
    expect(await look({ store: { head: other } }, { Size: 101 })).toEqual({ row });
    expect((await look({ store: { head: other } })).row).toMatchObject({ kind: 'scanned' });
  });

  it('lets faults in the code through', async () => {
    await expect(look({ check: () => Promise.reject(new TypeError('no')) })).rejects.toThrow(TypeError);
  });
});
