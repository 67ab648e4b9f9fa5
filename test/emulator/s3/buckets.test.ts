import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Buckets, type NewObject, type Versioning } from '../../../emulator/s3/buckets.ts';
import { compareUtf8 } from '../../../emulator/s3/listing.ts';

const content = (body: string): NewObject<string> => ({ body, size: body.length, etag: `etag-${body}` });

function createStore(versioning: Versioning) {
  const released: string[] = [];
  let now = Date.parse('2030-01-01T00:00:00.999Z');
  const store = new Buckets<string>({
    clock: () => {
      now += 1000;
      return new Date(now);
    },
    release: (body) => released.push(body),
  });
  store.createBucket('bucket', { versioning });
  return { store, released };
}

describe('Buckets', () => {
  it('replaces content and releases its body without versioning', () => {
    const { store, released } = createStore('off');
    store.put('bucket', 'key', { ...content('one'), tags: { a: '1' } });
    store.put('bucket', 'key', content('two'));
    expect(store.get('bucket', 'key')).toMatchObject({ body: 'two', versionId: 'null', tags: {} });
    expect(released).toEqual(['one']);
  });

  it('keeps every version, each with tags of its own, with versioning', () => {
    const { store, released } = createStore('enabled');
    const one = store.put('bucket', 'key', content('one'));
    const two = store.put('bucket', 'key', content('two'));
    store.setTags('bucket', 'key', { status: 'CLEAN' }, one.versionId);
    expect(store.get('bucket', 'key', one.versionId)).toMatchObject({ body: 'one', tags: { status: 'CLEAN' } });
    expect(store.get('bucket', 'key')).toMatchObject({ versionId: two.versionId, tags: {} });
    expect(released).toEqual([]);
  });

  it('has one null version while versioning is suspended, whatever its place', () => {
    const { store, released } = createStore('off');
    store.put('bucket', 'key', content('before'));
    store.bucket('bucket').versioning = 'enabled';
    const kept = store.put('bucket', 'key', content('kept'));
    store.bucket('bucket').versioning = 'suspended';
    store.put('bucket', 'key', content('after'));
    expect(store.listVersions('bucket').entries.map(({ versionId }) => versionId)).toEqual(['null', kept.versionId]);
    expect(released).toEqual(['before']);
    expect(store.delete('bucket', 'key')).toMatchObject({ kind: 'marked', marker: { versionId: 'null' } });
    expect(released).toEqual(['before', 'after']);
    expect(() => store.get('bucket', 'key')).toThrow(expect.objectContaining({ code: 'NoSuchKey' }));
    expect(store.get('bucket', 'key', kept.versionId).body).toBe('kept');
  });

  it('hides a key behind a delete marker that can be taken away again', () => {
    const { store } = createStore('enabled');
    store.put('bucket', 'key', content('one'));
    const deleted = store.delete('bucket', 'key');
    const markerId = deleted.kind === 'marked' ? deleted.marker.versionId : '';
    expect(() => store.get('bucket', 'key', markerId)).toThrow(expect.objectContaining({ status: 405 }));
    expect(() => store.tagged('bucket', 'key', undefined, 'GET')).toThrow(expect.objectContaining({ status: 405 }));
    expect(store.listObjects('bucket').entries).toEqual([]);
    store.delete('bucket', 'key', markerId);
    expect(store.get('bucket', 'key').body).toBe('one');
  });

  it('refuses conditional writes that do not hold', () => {
    const { store } = createStore('enabled');
    const failed = expect.objectContaining({ code: 'PreconditionFailed' });
    expect(() => store.put('bucket', 'key', content('x'), { ifMatch: 'etag-x' })).toThrow('does not exist');
    store.put('bucket', 'key', content('one'), { ifNoneMatch: '*' });
    expect(() => store.put('bucket', 'key', content('two'), { ifNoneMatch: '*' })).toThrow(failed);
    expect(() => store.put('bucket', 'key', content('two'), { ifMatch: '"other"' })).toThrow(failed);
    store.put('bucket', 'key', content('two'), { ifMatch: '"etag-one"' });
    expect(() => store.delete('bucket', 'key', undefined, { ifMatch: 'etag-one' })).toThrow(failed);
    store.delete('bucket', 'key');
    store.put('bucket', 'key', content('three'), { ifNoneMatch: '*' });
  });

  it('lists pages that join up to all keys in UTF-8 order, whatever the page size', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        (keys, maxKeys) => {
          const { store } = createStore('enabled');
          for (const key of keys) store.put('bucket', key, content(key));
          const listed: string[] = [];
          for (let after: string | undefined, more = true; more; ) {
            const page = store.listObjects('bucket', { maxKeys, after });
            listed.push(...page.entries.map(({ key }) => key));
            after = listed.at(-1);
            more = page.truncated;
          }
          const expected = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          expect(listed).toEqual(expected);
        },
      ),
    );
  });

  it('rolls keys up under a delimiter, each prefix once, over any page size', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 30 }),
        fc.string({ unit: fc.constantFrom('a', '/'), maxLength: 2 }),
        fc.integer({ min: 1, max: 4 }),
        (keys, prefix, maxKeys) => {
          const { store } = createStore('off');
          for (const each of keys) store.put('bucket', each, content(each));
          const listed: string[] = [];
          for (let from = {}, more = true; more; ) {
            const page = store.listObjects('bucket', { prefix, delimiter: '/', maxKeys, ...from });
            listed.push(...page.entries.map((entry) => entry.key), ...page.commonPrefixes);
            more = page.truncated;
            if (page.last !== undefined) {
              from = 'entry' in page.last ? { after: page.last.entry.key } : { afterPrefix: page.last.prefix };
            }
          }
          const rolled = keys
            .filter((each) => each.startsWith(prefix))
            .map((each) => {
              const slash = each.indexOf('/', prefix.length);
              return slash < 0 ? each : each.slice(0, slash + 1);
            });
          expect(listed.sort()).toEqual([...new Set(rolled)].sort());
        },
      ),
    );
  });

  it('lists versions, newest first within a key, over any page size, even if a page is deleted in between', () => {
    const operations = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c/d'), fc.constantFrom('put', 'delete')), {
      maxLength: 25,
    });
    fc.assert(
      fc.property(operations, fc.integer({ min: 1, max: 5 }), fc.boolean(), (steps, maxKeys, deleting) => {
        const { store } = createStore('enabled');
        for (const [key, step] of steps) {
          if (step === 'put') store.put('bucket', key, content(key));
          else store.delete('bucket', key);
        }
        const all = store.listVersions('bucket').entries;
        const listed: (typeof all)[number][] = [];
        for (let markers = {}, more = true; more; ) {
          const page = store.listVersions('bucket', { maxKeys, ...markers });
          listed.push(...page.entries);
          const last = page.entries.at(-1);
          markers = { keyMarker: last?.key, versionIdMarker: last?.versionId };
          more = page.truncated;
          if (deleting) for (const { key, versionId } of page.entries) store.delete('bucket', key, versionId);
        }
        expect(listed.map(({ key, sequence }) => [key, sequence])).toEqual(
          all.map(({ key, sequence }) => [key, sequence]),
        );
        const sequences = all.map(({ key, sequence }): [string, number] => [key, sequence]);
        expect(sequences).toEqual([...sequences].sort((a, b) => compareUtf8(a[0], b[0]) || b[1] - a[1]));
      }),
    );
  });

  it('leaves every body released exactly once, and no tags on a version that was not given them', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b'),
      action: fc.constantFrom('put', 'delete', 'delete version', 'tag', 'suspend', 'enable'),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(fc.constantFrom<Versioning>('off', 'enabled', 'suspended'), fc.array(step), (versioning, steps) => {
        const { store, released } = createStore(versioning);
        const tagged = new Map<string, string>();
        let puts = 0;
        for (const { key, action, pick } of steps) {
          const versions = store.bucket('bucket').versions.get(key) ?? [];
          const version = versions[pick % Math.max(versions.length, 1)];
          if (action === 'put') store.put('bucket', key, content(`body-${puts++}`));
          if (action === 'delete') store.delete('bucket', key);
          if (action === 'delete version' && version) store.delete('bucket', key, version.versionId);
          if (action === 'suspend' && versioning !== 'off') store.bucket('bucket').versioning = 'suspended';
          if (action === 'enable' && versioning !== 'off') store.bucket('bucket').versioning = 'enabled';
          if (action === 'tag' && version?.deleteMarker === false) {
            tagged.set(version.body, `v${pick}`);
            store.setTags('bucket', key, { tag: `v${pick}` }, version.versionId);
          }
        }
        const left = store.listVersions('bucket').entries.flatMap((entry) => (entry.deleteMarker ? [] : [entry]));
        expect([...released, ...left.map(({ body }) => body)].sort()).toEqual(
          Array.from({ length: puts }, (_, index) => `body-${index}`).sort(),
        );
        for (const { body, tags } of left) expect(tags).toEqual(tagged.has(body) ? { tag: tagged.get(body) } : {});
      }),
    );
  });
});
