import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type WarmEngine, warmEngine } from '../../../../functions/adapters/clamav/warm-engine.ts';
import { directoryDefinitions } from '../../../../functions/adapters/definitions/source.ts';
import { engineVerdict } from '../../../../functions/domain/engine-verdict.ts';
import { DefinitionsUnavailable, EngineUnavailable } from '../../../../functions/domain/errors.ts';
import {
  eicar,
  eicarInNestedZip,
  eicarInZip,
  encryptedZip,
  nestedZip,
  pdf,
  text,
  zip,
  zipBomb,
} from '../../../../local/samples.ts';
import { writeDefinition, writeEicarDefinitions } from '../../../../local/stack/definitions.ts';
import { childrenNamed, holdsOpen, privateFolders, until } from '../../../support/processes.ts';
import { storedZip, withFlag, withMethod, zip64 } from './zip-oddities.ts';

const MAX_OBJECT_BYTES = 1_000_000;
const folder = mkdtempSync(join(tmpdir(), 'warm-engine-'));
const definitions = join(folder, 'definitions');
const options = {
  configuration: 'infra/scanner/clamd.conf',
  maxObjectBytes: MAX_OBJECT_BYTES,
  maxScanMilliseconds: 60_000,
  scanMilliseconds: 70_000,
  startMilliseconds: 20_000,
};
let engine: WarmEngine;

beforeAll(async () => {
  await writeEicarDefinitions(definitions);
  engine = warmEngine(directoryDefinitions(definitions, true), options);
  await engine.start();
});

afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
  expect(childrenNamed('clamd')).toEqual([]);
  expect(privateFolders('clamd')).toEqual([]);
});

let files = 0;
function file(content: Uint8Array | string): string {
  const path = join(folder, String(files++));
  writeFileSync(path, content);
  return path;
}

const scan = async (content: Uint8Array | string) => engineVerdict(await engine.scan(file(content)));

const CLEAN = { status: 'CLEAN', finding: null };
const INFECTED = { status: 'INFECTED', finding: 'Eicar-Test-Signature.UNOFFICIAL' };
const ENCRYPTED = { status: 'UNSCANNABLE', finding: 'encrypted' };
const over = (limit: string) => ({ status: 'UNSCANNABLE', finding: `limits-exceeded:${limit}` });
/** Whichever of its signatures clamd reports when several match. */
const OF_A_ZIP = { status: 'UNSCANNABLE', finding: expect.stringMatching(/^unsupported-format:zip-/) };
const unsupported = (format: string) => ({ status: 'UNSCANNABLE', finding: `unsupported-format:${format}` });

/** The content before `mark`. */
const upTo = (content: Buffer, mark: string): Buffer => content.subarray(0, content.indexOf(mark, 0, 'latin1'));

describe('a real clamd under our configuration', () => {
  it.each<[string, () => Uint8Array | Promise<Uint8Array>, object]>([
    ['text', text, CLEAN],
    ['a PDF', () => pdf(), CLEAN],
    ['any bytes', () => randomBytes(50_000), CLEAN],
    ['a zip', () => zip({ 'a.txt': 'a', 'b/ü.txt': 'b' }), CLEAN],
    ['a zip of names that are no UTF-8', () => zip({ '\xff\xfe': 'a', 'ab\nb: OK': 'b' }), CLEAN],
    ['the EICAR file', eicar, INFECTED],
    ['EICAR in a zip', eicarInZip, INFECTED],
    ['EICAR in a zip in a zip', eicarInNestedZip, INFECTED],
    ['EICAR under a name that looks like an answer', () => zip({ 'OK\nname: OK': eicar() }), INFECTED],
    ['an encrypted zip', () => encryptedZip(), ENCRYPTED],
    ['an encrypted entry, then EICAR', async () => withFlag(await zip({ a: 'a', b: eicar() }), 1), INFECTED],
    ['EICAR, then an encrypted zip', () => zip({ a: eicar(), 'b.zip': encryptedZip() }), INFECTED],
    ['an encrypted zip, then EICAR', () => zip({ 'a.zip': encryptedZip(), b: eicar() }), INFECTED],
    ['a file over the size limit', () => randomBytes(MAX_OBJECT_BYTES + 1), over('size')],
    ['a file of exactly the size limit', () => randomBytes(MAX_OBJECT_BYTES), CLEAN],
    ['a zip bomb', () => Buffer.concat([...zipBomb(10, 10 * 1024 * 1024)]), over('size')],
    ['EICAR in 40 zips', () => nestedZip(40, eicar()), over('depth')],
    ['a member cut off at the limit', () => zip({ a: Buffer.alloc(MAX_OBJECT_BYTES + 1, 'a') }), over('size')],
    ['the same, then EICAR', () => zip({ a: Buffer.alloc(MAX_OBJECT_BYTES + 1, 'a'), b: eicar() }), INFECTED],
    ['EICAR in a ZIP64 member', () => zip64(eicar()), unsupported('zip64')],
    ['the same inside a zip', () => zip({ 'a.zip': zip64(eicar()) }), unsupported('zip64')],
    ['EICAR in an LZMA member', async () => withMethod(await eicarInZip(), 14), OF_A_ZIP],
    ['EICAR in Zstandard', () => zstdCompressSync(eicar()), unsupported('zstd')],
    ['the same inside a zip', async () => zip({ 'a.zst': zstdCompressSync(eicar()) }), unsupported('zstd')],
    ['the same beside EICAR', async () => zip({ 'a.zst': zstdCompressSync(eicar()), b: eicar() }), INFECTED],
    ['a zip whose directory is missing', async () => upTo(await eicarInZip(), 'PK\x01\x02'), OF_A_ZIP],
    ['a zip whose directory is cut off', async () => upTo(await eicarInZip(), 'PK\x05\x06'), OF_A_ZIP],
    ['the same inside a zip', async () => zip({ 'a.zip': upTo(await eicarInZip(), 'PK\x01\x02') }), OF_A_ZIP],
    ['EICAR in an XZ member', async () => withMethod(await eicarInZip(), 95), OF_A_ZIP],
  ])('%s', async (_name, content, verdict) => {
    expect(await scan(await content())).toEqual(verdict);
  });

  it('finds EICAR behind more entries than clamd looks at by default', async () => {
    const contents = [...Array.from({ length: 10_001 }, () => Buffer.from('x')), eicar()];
    expect(await scan(storedZip(contents))).toEqual(INFECTED);
  });

  it('scans many files at once, each with its own answer', async () => {
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, index) => scan(index % 2 ? eicar() : `${index}`)),
    );
    expect(verdicts).toEqual(Array.from({ length: 40 }, (_, index) => (index % 2 ? INFECTED : CLEAN)));
  });

  it('leaves no socket open', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((resource) => resource === 'PipeWrap').length;
    const before = sockets();
    await Promise.all(Array.from({ length: 20 }, (_, index) => scan(index % 2 ? eicar() : 'x')));
    // A destroyed socket releases its handle in a later turn of the event loop.
    await until(() => sockets() <= before);
  });

  it('refuses a file that is not there', async () => {
    await expect(engine.scan(join(folder, 'missing'))).rejects.toThrow(EngineUnavailable);
    expect(childrenNamed('clamd')).toHaveLength(1);
  });
});

describe('a clamd that dies', () => {
  it('fails the scans under way at once and is back for the next', async () => {
    const slow = file(Buffer.concat([...zipBomb(700, MAX_OBJECT_BYTES)]));
    const scans = [engine.scan(slow), engine.scan(slow)].map((scan) => scan.catch((fault: unknown) => fault));
    const [clamd = 0] = childrenNamed('clamd');
    await until(() => holdsOpen(clamd, slow));
    process.kill(clamd, 'SIGKILL');
    for (const fault of await Promise.all(scans)) expect(fault).toBeInstanceOf(EngineUnavailable);
    expect(await scan(eicar())).toEqual(INFECTED);
    expect(childrenNamed('clamd')).toHaveLength(1);
    expect(privateFolders('clamd')).toHaveLength(1);
  });

  it('is back when it died between two scans', async () => {
    const [clamd = 0] = childrenNamed('clamd');
    process.kill(clamd, 'SIGKILL');
    // Not only dead but noticed: the state machine would have to retry a scan in between.
    await until(() => !existsSync(`/proc/${clamd}`));
    expect(await scan(eicar())).toEqual(INFECTED);
  });
});

describe('new definitions', () => {
  it('count from the next scan on, also for content that was clean, and no scan is lost', async () => {
    const content = randomBytes(300);
    const before = await engine.scan(file(content));
    expect(before.infected).toBe(false);
    const slow = engine.scan(file(Buffer.concat([...zipBomb(60, MAX_OBJECT_BYTES)])));
    await writeDefinition(definitions, 'new', 'New-Signature', content);
    const after = await Promise.all([engine.scan(file(content)), engine.scan(file(content))]);
    expect(engineVerdict(await slow)).toEqual(CLEAN);
    for (const reply of after) expect(reply.signatures).toEqual(['New-Signature.UNOFFICIAL']);
    expect(after[0].definitions).toMatch(/^test-[0-9a-f]{8}$/);
    expect(after[0].definitions).not.toBe(before.definitions);
    expect(await engine.definitionsVersion()).toBe(after[0].definitions);
    expect(childrenNamed('clamd')).toHaveLength(1);
  });

  it("that clamd refuses are the fault of the folder, told in clamd's words, until it is put right", async () => {
    const broken = join(definitions, 'zz-broken.ndb');
    writeFileSync(broken, 'nonsense\n');
    const fault = engine.scan(file(eicar()));
    await expect(fault).rejects.toThrow(DefinitionsUnavailable);
    await expect(fault).rejects.toThrow(/zz-broken\.ndb: Malformed database/);
    expect(childrenNamed('clamd')).toEqual([]);
    rmSync(broken);
    expect(await scan(eicar())).toEqual(INFECTED);
  });

  it('that clamd refuses leave a version kept apart in use', async () => {
    const next = join(folder, 'next');
    mkdirSync(next);
    writeFileSync(join(next, 'broken.ndb'), 'nonsense\n');
    let current = { version: '1', directory: definitions };
    const others = childrenNamed('clamd');
    const versioned = warmEngine({ current: async () => current }, options);
    expect(await versioned.definitionsVersion()).toBe('1');
    current = { version: '2', directory: next };
    for (const attempt of [1, 2]) {
      const reply = await versioned.scan(file(eicar()));
      expect({ attempt, ...reply }).toMatchObject({ infected: true, definitions: '1' });
    }
    // The next clamd does not try them either.
    const [clamd = 0] = childrenNamed('clamd').filter((pid) => !others.includes(pid));
    process.kill(clamd, 'SIGKILL');
    await until(() => !existsSync(`/proc/${clamd}`));
    expect(await versioned.scan(file(eicar()))).toMatchObject({ infected: true, definitions: '1' });
    await writeEicarDefinitions(next);
    rmSync(join(next, 'broken.ndb'));
    current = { version: '3', directory: next };
    expect(await versioned.scan(file(eicar()))).toMatchObject({ infected: true, definitions: '3' });
    await versioned.stop();
  });
});
