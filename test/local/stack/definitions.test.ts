import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type DefinitionsRequest,
  prepareDefinitions,
  writeEicarDefinitions,
} from '../../../local/stack/definitions.ts';
import { defaultCache } from '../../../local/stack/downloaded-definitions.ts';
import { childrenNamed, until } from '../../support/processes.ts';
import { type SignatureMirror, silence, startSignatureMirror, withStatus } from '../../support/signature-mirror.ts';

const header = (signatures: number) => `ClamAV-VDB:15 Nov 2026 07-12 -0500:62:${signatures}:90:md5:dsig:builder:1789`;
const MALWARE = 'Some.Malware:0:*:6d616c77617265\n';

let root: string;
let machine: string;
let mirror: SignatureMirror;
beforeAll(async () => {
  mirror = await startSignatureMirror();
});
afterAll(() => mirror.close());
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'prepare-'));
  machine = join(root, 'machine');
  mkdirSync(machine);
  mirror.put('base.ndb', MALWARE);
});
afterEach(() => {
  mirror.answerWith();
  mirror.forget();
  rmSync(root, { recursive: true });
});

const offline = { customUrls: [], update: false };
const prepare = (request: DefinitionsRequest) =>
  prepareDefinitions({ machineFolders: [join(root, 'missing'), machine], cache: join(root, 'cache'), ...request });

describe('definitions', () => {
  it('are those of the folder that is given', async () => {
    writeFileSync(join(machine, 'a.ndb'), MALWARE);
    expect(await prepare({ directory: machine })).toEqual({ directory: machine, warnings: [] });
  });

  it('that are given and find nothing but EICAR are refused with what to do', async () => {
    await writeEicarDefinitions(machine);
    writeFileSync(join(machine, 'a.fp'), '44d88612fea8a8f36de82e1278abb02f:68:Some.Malware\n');
    const refused = prepare({ directory: machine });
    await expect(refused).rejects.toThrow(`the definitions in ${machine} hold no signature but EICAR's.`);
    await expect(refused).rejects.toThrow(/--definitions.*freshclam.*--test-signatures/);
    await expect(prepare({ directory: join(root, 'missing') })).rejects.toThrow(/^no definitions folder/);
  });

  it.each(['main.cvd', 'daily.cld', 'daily.cud'])('are the machine’s when it holds %s', async (name) => {
    writeFileSync(join(machine, name), header(7));
    expect(await prepare(offline)).toEqual({ directory: machine, warnings: [] });
  });

  it.each([
    ['bytecode.cvd', header(7)],
    ['main.cvd', header(0)],
    ['main.cvd', ''],
    ['own.ndb', MALWARE],
  ])('are not the machine’s when it only holds %s: %s', async (name, content) => {
    writeFileSync(join(machine, name), content);
    await expect(prepare(offline)).rejects.toThrow(/^there are no definitions to scan with\. .*--test-signatures/);
  });
});

describe('test signatures', () => {
  it('find EICAR only, and say so', async () => {
    writeFileSync(join(machine, 'main.cvd'), header(7));
    const { directory, notice, warnings } = await prepare({ testSignatures: true });
    expect([notice, warnings]).toEqual(['test signatures: only EICAR is detected', []]);
    expect(readdirSync(directory)).toEqual(['eicar.ndb']);
    expect(readFileSync(join(directory, 'eicar.ndb'), 'utf8')).toMatch(/^Eicar-Test-Signature:0:0:58354f[0-9a-f]+\n$/);
    rmSync(directory, { recursive: true });
  });

  it('may be a folder of one’s own', async () => {
    await writeEicarDefinitions(machine);
    const request = { testSignatures: true, directory: machine };
    expect((await prepare(request)).notice).toBe('test signatures: only EICAR is detected');
    writeFileSync(join(machine, 'a.ndb'), MALWARE);
    const notice = `test signatures: only what ${machine} holds is detected`;
    expect(await prepare(request)).toEqual({ directory: machine, warnings: [], notice });
  });
});

describe('definitions that freshclam fetches', () => {
  const told: string[] = [];
  const fetched = (request: DefinitionsRequest = {}) => {
    told.splice(0);
    return prepare({
      mirror: null,
      customUrls: [`${mirror.url}/base.ndb`],
      allowInsecureMirror: true,
      onStart: (text) => told.push(text),
      onProgress: (line) => told.push(line),
      ...request,
    });
  };
  const HOUR = 3_600_000;
  const later = (hours: number) => ({ now: () => Date.now() + hours * HOUR });
  const leftovers = () =>
    readdirSync(join(root, 'cache'))
      .flatMap((place) => readdirSync(join(root, 'cache', place)))
      .filter((name) => name.startsWith('airlock-'));

  it('come first, are told, and stay for the next time, which asks no more than once an hour', async () => {
    writeFileSync(join(machine, 'main.cvd'), header(7));
    const { directory, warnings } = await fetched();
    expect(warnings).toEqual([]);
    expect(readFileSync(join(directory, 'base.ndb'), 'utf8')).toBe(MALWARE);
    expect(told[0]).toMatch(/^fetching definitions with freshclam into .*db/);
    expect(told).toContain('base.ndb updated (version: custom database, sigs: 1)');
    expect(told.join()).not.toContain('\u001b');

    mirror.forget();
    expect(await fetched()).toEqual({ directory, warnings: [] });
    expect([mirror.requests, told]).toEqual([[], []]);

    mirror.put('base.ndb', `${MALWARE}More:0:*:6d6f7265\n`);
    expect((await fetched(later(2))).directory).toBe(directory);
    expect(told[0]).toMatch(/^looking for newer definitions/);
    expect(readFileSync(join(directory, 'base.ndb'), 'utf8')).toContain('More');
    expect(leftovers()).toEqual([]);
  });

  it('are as they were when the mirror cannot be reached, with a warning', async () => {
    const { directory } = await fetched();
    mirror.answerWith(withStatus(500));
    const { warnings, ...kept } = await fetched(later(2));
    expect(kept).toEqual({ directory });
    expect(warnings).toEqual([expect.stringMatching(/^the definitions were not updated: freshclam ended with 11/)]);
    expect(readFileSync(join(directory, 'base.ndb'), 'utf8')).toBe(MALWARE);
    expect(leftovers()).toEqual([]);
  });

  it('are there without a look at the mirror under --no-update, or are missing', async () => {
    await expect(fetched({ update: false })).rejects.toThrow(/^there are no definitions to scan with\. /);
    const { directory } = await fetched();
    mirror.forget();
    expect(await fetched({ update: false, ...later(99) })).toEqual({ directory, warnings: [] });
    expect(mirror.requests).toEqual([]);
  });

  it('are missing when the first fetch fails: says why and what to do', async () => {
    mirror.answerWith(withStatus(500));
    await expect(fetched()).rejects.toThrow(
      /^there are no definitions to scan with \(freshclam ended with 11.*\)\. .*--definitions.*--test-signatures/,
    );
  });

  it('leave freshclam its state, which says until when a mirror wants no requests', async () => {
    mirror.answerWith(withStatus(429));
    await expect(fetched()).rejects.toThrow(/accepts no requests before/);
    const [place = ''] = readdirSync(join(root, 'cache'));
    expect(readdirSync(join(root, 'cache', place))).toEqual(['freshclam.dat']);
  });

  it('are refused when they find nothing but EICAR, and never replace those that do', async () => {
    const { directory } = await fetched();
    const eicar = join(root, 'eicar');
    await writeEicarDefinitions(eicar);
    mirror.put('base.ndb', readFileSync(join(eicar, 'eicar.ndb')));
    const { warnings } = await fetched(later(2));
    expect(warnings).toEqual([expect.stringMatching(/^the definitions were not updated: .*no signature but EICAR's/)]);
    expect(readFileSync(join(directory, 'base.ndb'), 'utf8')).toBe(MALWARE);
    await expect(fetched({ cache: join(root, 'other') })).rejects.toThrow(
      /no signature but EICAR's.*--test-signatures/,
    );
  });

  it('end with the command', async () => {
    mirror.answerWith(silence);
    const stop = new AbortController();
    const fetching = fetched({ signal: stop.signal });
    await until(() => childrenNamed('freshclam').length > 0);
    stop.abort();
    await expect(fetching).rejects.toThrow('freshclam ended with null');
    expect([leftovers(), childrenNamed('freshclam')]).toEqual([[], []]);
  });

  it('of two origins lie apart, and one has no state of the other', async () => {
    const { directory } = await fetched();
    mirror.put('other.ndb', MALWARE);
    const other = await fetched({ customUrls: [`${mirror.url}/other.ndb`] });
    expect(other.directory).not.toBe(directory);
    expect(readdirSync(other.directory)).toEqual(['other.ndb']);
    mirror.remove('other.ndb');
  });

  it('lie in the user’s cache folder', () => {
    expect(defaultCache({ XDG_CACHE_HOME: '/x' })).toBe('/x/s3-airlock/definitions');
    expect(defaultCache({})).toMatch(/^\/.*\/\.cache\/s3-airlock\/definitions$/);
    expect(existsSync(join(root, 'cache'))).toBe(false);
  });
});
