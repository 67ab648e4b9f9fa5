import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDefinitionsSource } from '../../../../functions/adapters/clamav/definitions-source.ts';
import { holdsDetection } from '../../../../functions/adapters/definitions/detection.ts';
import { definitionsFiles, directoryDefinitions } from '../../../../functions/adapters/definitions/source.ts';
import { DefinitionsUnavailable, InvalidConfiguration } from '../../../../functions/domain/errors.ts';
import { writeEicarDefinitions } from '../../../../local/stack/definitions.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'definitions-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const add = (name: string, content: string) => writeFileSync(join(folder, name), content);
const version = async () => (await directoryDefinitions(folder).current()).version;
const header = (number: number) => `ClamAV-VDB:15 Nov 2026 07-12 -0500:${number}:2074000:90:md5:dsig:builder:1789`;

describe('directoryDefinitions', () => {
  it('takes the number of the daily set', async () => {
    add('main.cvd', header(62));
    add('daily.cld', header(27500));
    add('bytecode.cvd', header(335));
    add('freshclam.dat', 'not a signature file');
    expect(await version()).toBe('27500');
  });

  it('takes a checksum of custom definitions, beside the number where there is one', async () => {
    add('a.ndb', 'A:0:0:00\n');
    const custom = await version();
    expect(custom).toMatch(/^local-[0-9a-f]{8}$/);
    add('daily.cvd', header(27500));
    expect(await version()).toBe(`27500+${custom}`);
  });

  it('takes another official set’s number where there is no daily one, and says so where it holds none', async () => {
    add('main.cvd', header(62));
    expect(await version()).toBe('62');
    add('daily.cvd', 'ClamAV-VDB:date:12a:1');
    expect(await version()).toBe('unknown');
    add('daily.cvd', 'ClamAV-VDB:date:a12:1');
    expect(await version()).toBe('unknown');
    add('daily.cvd', 'cut off');
    expect(await version()).toBe('unknown');
    rmSync(join(folder, 'daily.cvd'));
    // Only begins like the daily set.
    add('daily.ndb', 'A:0:0:00\n');
    expect(await version()).toMatch(/^62\+local-[0-9a-f]{8}$/);
  });

  it('is asked of the files once, until one of them changes', async () => {
    add('a.ndb', 'A:0:0:00\n');
    const source = directoryDefinitions(folder);
    const first = await source.current();
    expect(await source.current()).toBe(first);
    expect(first.directory).toBe(folder);
    add('a.ndb', 'A:0:0:01\n');
    expect(await source.current()).not.toBe(first);
  });

  it('follows content, not time', async () => {
    add('a.ndb', 'A:0:0:00\n');
    const source = directoryDefinitions(folder);
    const first = await source.current();
    utimesSync(join(folder, 'a.ndb'), 1, 1);
    expect((await source.current()).version).toBe(first.version);
    add('a.ndb', 'A:0:0:01\n');
    expect((await source.current()).version).not.toBe(first.version);
    rmSync(join(folder, 'a.ndb'));
    add('b.ndb', 'A:0:0:00\n');
    expect((await source.current()).version).not.toBe(first.version);
  });

  it('notices a file that another of its size and time takes the place of', async () => {
    add('a.ndb', 'A:0:0:00\n');
    add('b', 'A:0:0:01\n');
    for (const name of ['a.ndb', 'b']) utimesSync(join(folder, name), 1, 1);
    const source = directoryDefinitions(folder);
    const first = await source.current();
    renameSync(join(folder, 'b'), join(folder, 'a.ndb'));
    expect((await source.current()).version).not.toBe(first.version);
  });

  it('has the same version whatever order the files come in', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${(index * 7) % 20}.ndb`);
    for (const name of names) add(name, name);
    expect(definitionsFiles(folder)).toEqual([...names].sort());
  });

  it('is refused while it finds nothing but EICAR, or what it finds is ignored', async () => {
    await writeEicarDefinitions(folder);
    add('a.hdb', '44d88612fea8a8f36de82e1278abb02f:68:Some.Test');
    const source = directoryDefinitions(folder);
    for (const _ of [1, 2]) {
      await expect(source.current()).rejects.toThrow(DefinitionsUnavailable);
      await expect(source.current()).rejects.toThrow(
        `the definitions in ${folder} hold no signature but EICAR's and s3-airlock's own, so nothing can be CLEAN`,
      );
    }
    add('daily.cvd', header(27500).replace('2074000', '0'));
    await expect(source.current()).rejects.toThrow(/EICAR/);
    add('b.ndb', 'Some.Malware:0:0:00\n');
    const { version } = await source.current();
    expect(version).toMatch(/^27500\+local-/);
    add('c.ign2', 'Some.Malware\n');
    await expect(source.current()).rejects.toThrow(/EICAR/);
    add('daily.cvd', header(27500));
    expect((await source.current()).version).toMatch(/^27500\+local-/);
  });

  it('has its files read no further than needed, and closed', async () => {
    const signatures = Array.from({ length: 200_000 }, (_, index) => `Some.Malware.${index}:0:*:6d616c77617265\n`);
    add('a.ndb', signatures.join(''));
    add('b.yar', 'rule malware { strings: $a = "malware" condition: $a }');
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    for (let time = 0; time < 5; time += 1) expect(await holdsDetection(folder, ['a.ndb', 'b.yar'])).toBe(true);
    expect(await holdsDetection(folder, ['b.yar'])).toBe(true);
    expect(descriptors()).toBe(before);
  });

  it('names every set test where test signatures are allowed, and differently when it changes', async () => {
    await writeEicarDefinitions(folder);
    const source = directoryDefinitions(folder, true);
    const { version } = await source.current();
    expect(version).toMatch(/^test-[0-9a-f]{8}$/);
    add('daily.cvd', header(27500));
    const { version: next } = await source.current();
    expect(next).toMatch(/^test-[0-9a-f]{8}$/);
    expect(next).not.toBe(version);
  });

  it('throws DefinitionsUnavailable when the folder is missing or holds no definitions', async () => {
    add('README', 'none here');
    mkdirSync(join(folder, 'sub'));
    await expect(version()).rejects.toThrow(new DefinitionsUnavailable(`no definitions in ${folder}`));
    const missing = directoryDefinitions(join(folder, 'missing')).current();
    await expect(missing).rejects.toThrow(DefinitionsUnavailable);
    await expect(missing).rejects.toThrow(/^no definitions folder: ENOENT.*missing/);
    await expect(missing).rejects.toMatchObject({ cause: { code: 'ENOENT' } });
  });
});

describe('createDefinitionsSource', () => {
  it.each([
    [{}, false],
    [{ TEST_SIGNATURES: 'allowed' }, true],
    [{ TEST_SIGNATURES: 'true' }, false],
    [{ TEST_SIGNATURES: 'allowed', AWS_LAMBDA_FUNCTION_NAME: 'ScanObject' }, false],
  ])('allows test signatures only aloud, and never on Lambda: %j', async (env, allowed) => {
    await writeEicarDefinitions(folder);
    const version = createDefinitionsSource({ DEFINITIONS_DIRECTORY: folder, ...env }).current();
    const outcome = version.then(
      () => true,
      () => false,
    );
    expect(await outcome).toBe(allowed);
  });

  it('requires the location of definitions', () => {
    expect(() => createDefinitionsSource({})).toThrow(
      new InvalidConfiguration('neither environment variable DEFINITIONS_DIRECTORY nor DEFINITIONS_BUCKET is set'),
    );
  });
});
