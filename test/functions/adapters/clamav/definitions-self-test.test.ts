import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDefinitionsWorkshop } from '../../../../functions/adapters/clamav/definitions-self-test.ts';
import { refusedDownloads } from '../../../../functions/domain/definitions/downloads.ts';
import { DefinitionsUnavailable, DefinitionsUpdateFailed } from '../../../../functions/domain/errors.ts';
import { eicar } from '../../../../local/samples/eicar.ts';
import { childrenNamed, privateFolders } from '../../../support/processes.ts';
import { writeTar } from '../../../support/tar-writer.ts';
import { writeFakeClamd } from './fake-clamd.ts';

const root = mkdtempSync(join(tmpdir(), 'definitions-self-test-'));
let folder: string;
let scratch: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'set-'));
  scratch = mkdtempSync(join(root, 'scratch-'));
});
afterEach(() => {
  expect([...readdirSync(scratch), ...childrenNamed('clamd'), ...privateFolders('')]).toEqual([]);
});
afterAll(() => rmSync(root, { recursive: true }));

const workshop = (extra: Record<string, string> = {}) =>
  createDefinitionsWorkshop({
    SCRATCH_DIRECTORY: scratch,
    MAX_OBJECT_BYTES: '1000000',
    CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
    PATH: process.env.PATH,
    ...extra,
  });
const signature = (name: string, content: string | Buffer) => `${name}:0:0:${Buffer.from(content).toString('hex')}\n`;
const EICAR = signature('Eicar', eicar());
const add = (name: string, content: string) => writeFileSync(join(folder, name), content);

describe('a set that is tried out', () => {
  it('passes where it finds EICAR and nothing else', async () => {
    add('a.ndb', EICAR);
    await workshop().tryOut(folder);
  });

  it('fails where it does not find EICAR', async () => {
    add('a.ndb', signature('Other', 'other'));
    const fault = workshop().tryOut(folder);
    await expect(fault).rejects.toThrow(DefinitionsUpdateFailed);
    await expect(fault).rejects.toThrow(/do not find the EICAR test file$/);
  });

  it.each([
    ['clean.txt', 'Nothing is wrong with this file.\n'],
    ['clean.csv', 'id,name\n1,one\n2,two\n'],
    ['clean.pdf', '%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n'],
  ])('fails where it finds what is clean: %s', async (name, content) => {
    add('a.ndb', EICAR + signature('Oops', content));
    const fault = workshop().tryOut(folder);
    await expect(fault).rejects.toThrow(DefinitionsUpdateFailed);
    await expect(fault).rejects.toThrow(new RegExp(`find Oops\\.UNOFFICIAL in ${name}, which is clean$`));
  });

  it('fails where clamd does not load it', async () => {
    add('a.ndb', 'nonsense');
    await expect(workshop().tryOut(folder)).rejects.toThrow(DefinitionsUnavailable);
  });

  it.each([
    ['the scratch folder', () => scratch],
    ['the system’s temporary folder where no other is named', () => ''],
  ])('is shown samples below %s', async (_, place) => {
    const binary = writeFakeClamd(folder, 'byName');
    await workshop({ CLAMD_PATH: binary, SCRATCH_DIRECTORY: place() }).tryOut(folder);
    const asked = readFileSync(`${binary}.asked`, 'utf8').trim().split('\n');
    const [malware, ...clean] = asked.map((path) => basename(path));
    expect(malware).toBe('eicar.txt');
    expect(clean).toEqual(expect.arrayContaining(['clean.txt', 'clean.csv', 'clean.pdf', 'clean.docx']));
    expect(clean.filter((name) => !name.startsWith('clean.'))).toEqual([]);
    const [samples = ''] = new Set(asked.map(dirname));
    expect(dirname(samples)).toBe(place() || tmpdir());
    expect(basename(samples)).toMatch(/^airlock-\d+-samples-\w{6}$/);
  });
});

/** A container that lists names to ignore: clamd checks no signature of a `.cud`. */
function unsignedContainer(): Buffer {
  const list = { name: 'x.ign2', content: 'Eicar\n' };
  const [head, builder] = ['ClamAV-VDB:01 Jan 2026 00-00 +0000:1:1:90:', ':builder:1767225600'];
  const info = `${head}X:X${builder}\n${list.name}:${list.content.length}:${hashOf('sha256', list.content)}\n`;
  const tar = writeTar([{ name: 'COPYING', content: 'free\n' }, { name: 'mine.info', content: info }, list]);
  return Buffer.concat([Buffer.from(`${head}${'a'.repeat(32)}:y${builder}`.padEnd(512)), gzipSync(tar)]);
}

const hashOf = (algorithm: string, content: string | Buffer) => createHash(algorithm).update(content).digest('hex');

it.each<[string, string | Buffer]>([
  ['mine.ign', 'mine:1:Eicar\n'],
  ['mine.ign2', 'Eicar\n'],
  ['mine.fp', `${hashOf('md5', eicar())}:68:Mine\n`],
  ['mine.sfp', `${hashOf('sha256', eicar())}:68:Mine\n`],
  ['mine.cud', unsignedContainer()],
])('%s makes malware CLEAN and is not downloaded unasked', async (name, content) => {
  add('a.ndb', EICAR);
  writeFileSync(join(folder, name), content);
  await expect(workshop().tryOut(folder)).rejects.toThrow(/do not find the EICAR test file$/);
  const customUrls = [`https://example.com/${name}`];
  expect(refusedDownloads({ customUrls })).toHaveLength(1);
  expect(refusedDownloads({ customUrls, allowLists: [name] })).toEqual([]);
});

describe('a folder to work in', () => {
  it.each([
    ['the scratch folder', () => scratch],
    ['the system’s temporary folder where no other is named', () => ''],
  ])('is empty, lies in a private one below %s, and goes whatever happens', async (_, place) => {
    const used: string[] = [];
    const use = async (path: string) => {
      used.push(path);
      expect(readdirSync(path)).toEqual([]);
      writeFileSync(join(path, 'file'), 'x');
      // freshclam's configuration lies beside it.
      mkdirSync(`${path}.freshclam`);
      if (used.length === 2) throw new TypeError('no');
      return 'done';
    };
    const { withFolder } = workshop({ SCRATCH_DIRECTORY: place() });
    expect(await withFolder(use)).toBe('done');
    await expect(withFolder(use)).rejects.toThrow(TypeError);
    for (const path of used) {
      expect(dirname(dirname(path))).toBe(place() || tmpdir());
      expect(path).toMatch(/\/airlock-\d+-update-\w{6}\/db$/);
      expect(existsSync(dirname(path))).toBe(false);
    }
  });
});

describe('a set that is described', () => {
  const header = (version: number, builtAt: string) =>
    `ClamAV-VDB:15 Nov 2026 07-12 -0500:${version}:2074000:90:md5:dsig:builder:${builtAt}`.padEnd(512);

  it('has its files as they are', async () => {
    add('a.ndb', 'A');
    add('README', 'no signatures');
    utimesSync(join(folder, 'a.ndb'), 1_800_000_000, 1_800_000_000);
    const sha256 = createHash('sha256').update('A').digest('hex');
    expect(await workshop().describe(folder)).toEqual({
      version: expect.stringMatching(/^local-/),
      files: [{ name: 'a.ndb', size: 1, sha256, modified: '2027-01-15T08:00:00.000Z' }],
      signaturesTime: null,
    });
  });

  it('is as old as the newest of ClamAV’s own sets in it', async () => {
    add('main.cvd', header(62, '1700000000'));
    add('daily.cvd', header(27500, '1790000000'));
    add('bytecode.cvd', header(335, 'unknown'));
    add('own.ndb', header(1, '1890000000'));
    const { version, files, signaturesTime } = await workshop().describe(folder);
    expect(version).toMatch(/^27500\+local-/);
    expect(files.map(({ name }) => name)).toEqual(['bytecode.cvd', 'daily.cvd', 'main.cvd', 'own.ndb']);
    expect(signaturesTime).toBe(new Date(1_790_000_000_000).toISOString());
  });

  it.each(['ClamAV-VDB:date:27500:1', header(27500, 'never')])(
    'has no age where no set tells it: %#',
    async (content) => {
      add('daily.cvd', content);
      expect((await workshop().describe(folder)).signaturesTime).toBeNull();
    },
  );

  it('is refused where it finds nothing but EICAR, but for tests', async () => {
    add('a.ndb', EICAR);
    const refused = workshop().describe(folder);
    await expect(refused).rejects.toThrow(DefinitionsUpdateFailed);
    await expect(refused).rejects.toThrow("the new definitions hold no signature but EICAR's and s3-airlock's own");
    const { version } = await workshop({ TEST_SIGNATURES: 'allowed' }).describe(folder);
    expect(version).toMatch(/^test-[0-9a-f]{8}$/);
    const onLambda = { TEST_SIGNATURES: 'allowed', AWS_LAMBDA_FUNCTION_NAME: 'UpdateDefinitions' };
    await expect(workshop(onLambda).describe(folder)).rejects.toThrow(DefinitionsUpdateFailed);
  });

  it('is refused where it holds none', async () => {
    await expect(workshop().describe(folder)).rejects.toThrow(DefinitionsUnavailable);
  });
});
