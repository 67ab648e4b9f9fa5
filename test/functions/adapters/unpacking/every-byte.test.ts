import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import { afterAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createReaderPool } from '../../../../functions/adapters/unpacking/reader-pool.ts';
import { accountFor } from '../../../../functions/domain/containers/account.ts';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { containerFormats } from '../../../../functions/domain/containers/container-format.ts';
import { memoryUnpacker } from '../../../support/memory-unpacker.ts';
import { TAR_END, type TarWriterEntry, writeTar } from '../../../support/tar-writer.ts';
import { descriptor, extra64, writeZip, type ZipWriterEntry } from '../../../support/zip-writer.ts';

/*
 * Either a file has a finding, or every byte string that some other program extracts from it lies in what the engine
 * was given: as a member of an ordinary container, or on its own. The other programs are 7-Zip, and readers below that
 * go by nothing but the directory, or by nothing but the headers that they meet.
 */
const pool = createReaderPool({ threads: 1 });
const folder = mkdtempSync(join(tmpdir(), 'every-byte-'));
let count = 0;
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

async function withSevenZip(bytes: Buffer): Promise<Buffer[]> {
  count += 1;
  const path = join(folder, `${count}.bin`);
  const out = join(folder, String(count));
  writeFileSync(path, bytes);
  mkdirSync(out);
  const options = ['x', '-y', '-aou', '-pnone', '-o/out', '/in/input'];
  const limits = { bytes: 10_000_000, files: 1000 };
  const input = { path, size: bytes.length };
  await pool.run({ arguments: options, input, folder: out, limits, memoryBytes: 256 * 2 ** 20 }, 10_000);
  return readdirSync(out).map((name) => readFileSync(join(out, name)));
}

const quietly = (decode: () => Buffer): Buffer[] => {
  try {
    return [decode()];
  } catch {
    return [];
  }
};
const unzipped = (method: number, data: Buffer) =>
  method === 8 ? quietly(() => inflateRawSync(data)) : method === 0 ? [data] : [];

/** As unzip does: the directory says where members are, and how long. */
function byDirectory(zip: Buffer): Buffer[] {
  const found: Buffer[] = [];
  const end = zip.lastIndexOf('PK\x05\x06');
  if (end < 0 || end + 22 > zip.length) return [];
  const length = zip.readUInt32LE(end + 12);
  const base = end - length - zip.readUInt32LE(end + 16);
  for (let at = end - length; at >= 0 && at + 46 <= zip.length && zip.readUInt32LE(at) === 0x02014b50; ) {
    const local = base + zip.readUInt32LE(at + 42);
    if (local >= 0 && local + 30 <= zip.length && zip.readUInt32LE(local) === 0x04034b50) {
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      found.push(...unzipped(zip.readUInt16LE(at + 10), zip.subarray(start, start + zip.readUInt32LE(at + 20))));
    }
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return found;
}

/** As a reader of a pipe does: one header after another. Stored data with a descriptor end at what looks like one. */
function byHeaders(zip: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 30 <= zip.length && zip.readUInt32LE(at) === 0x04034b50; ) {
    const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
    const method = zip.readUInt16LE(at + 8);
    let length = zip.readUInt32LE(at + 18);
    if (zip.readUInt16LE(at + 6) & 8 && length === 0) {
      const next = zip.indexOf('PK\x07\x08', start, 'latin1');
      length = next < 0 ? 0 : next - start;
    }
    found.push(...unzipped(method, zip.subarray(start, start + length)));
    const behind = zip.indexOf('PK\x03\x04', start + length, 'latin1');
    if (behind < 0) break;
    at = behind;
  }
  return found;
}

/** As a tolerant reader of tars does: sizes by `parseInt`, checksums and types not looked at. */
function byTarHeaders(tar: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 512 <= tar.length; ) {
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    if ('\x000'.includes(tar.toString('latin1', at + 156, at + 157)) && size > 0) {
      found.push(tar.subarray(at + 512, at + 512 + size));
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}

/** Text that is no container, so that nothing in it is to be looked for. */
const content = fc.string({ minLength: 1, maxLength: 40 }).map((text) => Buffer.from(`<${text}>`));

const zipEntry: fc.Arbitrary<ZipWriterEntry> = fc
  .record({
    content,
    method: fc.constantFrom(0, 8),
    streamed: fc.boolean(),
    large: fc.boolean(),
    name: fc.stringMatching(/^[a-z]{1,3}$/),
  })
  .map(({ content: bytes, method, streamed, large, name }) => {
    const data = method === 8 ? deflateRawSync(bytes) : bytes;
    const none = { crc: 0, size: 0, compressedSize: 0 };
    return {
      ...{ content: bytes, method, data, name },
      ...(streamed && { flags: 8, local: none, descriptor: descriptor(bytes, data.length) }),
      ...(large &&
        !streamed && {
          local: { size: 0xffffffff, compressedSize: 0xffffffff, extra: extra64(bytes.length, data.length) },
        }),
    };
  });
const zip = fc.array(zipEntry, { minLength: 1, maxLength: 4 }).map((entries) => writeZip(entries));
const tarEntry: fc.Arbitrary<TarWriterEntry> = fc.record({
  content,
  type: fc.constantFrom('0', '\0', '7'),
  name: fc.stringMatching(/^[a-zA-Z]{1,5}$/),
});
const tar = fc.array(tarEntry, { minLength: 1, maxLength: 4 }).map((entries) => writeTar(entries, TAR_END));
const gzip = fc
  .array(content, { minLength: 1, maxLength: 3 })
  .map((members) => Buffer.concat(members.map((bytes) => gzipSync(bytes))));

/** Most edits hit headers: near the beginning of a record. */
const edit = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('field' as const), at: fc.nat(), value: fc.constantFrom(0, 1, 8, 0x30, 0x2f, 0xff) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat(40) }),
  fc.record({ kind: fc.constant('put' as const), at: fc.nat(), value: fc.nat(40) }),
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function edited(bytes: Buffer, edits: readonly Edit[]): Buffer {
  return edits.reduce((before, { kind, at, value }) => {
    if (before.length === 0) return before;
    const place = at % before.length;
    if (kind === 'cut') return Buffer.concat([before.subarray(0, place), before.subarray(place + value)]);
    if (kind === 'put')
      return Buffer.concat([before.subarray(0, place), Buffer.alloc(value, 'y'), before.subarray(place)]);
    const copy = Buffer.from(before);
    const records = [
      ...['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06'].map((magic) => copy.lastIndexOf(magic, place, 'latin1')),
    ].filter((found) => found >= 0);
    const record = kind === 'field' ? (records[value % Math.max(1, records.length)] ?? place - (place % 512)) : place;
    copy[Math.min(copy.length - 1, record + (kind === 'field' ? at % 46 : 0))] = value;
    return copy;
  }, bytes);
}

function mutated(one: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(one, fc.option(one, { freq: 4, nil: null }), fc.array(edit, { maxLength: 3 }))
    .map(([first, second, edits]) => edited(second === null ? first : Buffer.concat([first, second]), edits));
}

async function expectAccounted(file: Buffer, extracted: readonly Buffer[]): Promise<void> {
  const { unpacker, scanned, decoded } = memoryUnpacker();
  const { findings } = await accountFor(memorySource(file), unpacker, {
    files: 100,
    depth: 17,
    bytes: 2 ** 24,
    wholeBytes: 2 ** 20,
  });
  if (findings.length > 0) return;
  // Members of an ordinary tar lie in it as they are; those that are decoded are known one by one.
  const known = [file, ...decoded, ...scanned()];
  const lost = extracted.filter((bytes) => bytes.length > 0 && !known.some((given) => given.includes(bytes)));
  expect(lost.map((bytes) => bytes.toString('latin1'))).toEqual([]);
}

const RUNS = { numRuns: 400 };

it('zips: nothing is lost that goes by the directory, or by the headers', async () => {
  await fc.assert(
    fc.asyncProperty(mutated(zip), (file) => expectAccounted(file, [...byDirectory(file), ...byHeaders(file)])),
    RUNS,
  );
});

it('tars: nothing is lost that goes by the headers', async () => {
  await fc.assert(
    fc.asyncProperty(mutated(tar), (file) => expectAccounted(file, byTarHeaders(file))),
    RUNS,
  );
});

it('gzip: nothing is lost', async () => {
  await fc.assert(
    fc.asyncProperty(mutated(gzip), (file) =>
      expectAccounted(
        file,
        quietly(() => gunzipSync(file)),
      ),
    ),
    RUNS,
  );
});

// A gzip file behind bytes that are none of its own 7-Zip finds as well; nobody else does, and nor do we.
it('nothing is lost that 7-Zip extracts from what begins as an archive', async () => {
  const any = fc.oneof(mutated(zip), mutated(tar), mutated(gzip)).filter((file) => containerFormats(file).length > 0);
  await fc.assert(
    fc.asyncProperty(any, async (file) => expectAccounted(file, await withSevenZip(file))),
    { numRuns: 60 },
  );
});

it('what is not changed has no finding', async () => {
  const named = fc
    .uniqueArray(zipEntry, { minLength: 1, maxLength: 4, selector: ({ name }) => name })
    .map((entries) => writeZip(entries));
  await fc.assert(
    fc.asyncProperty(fc.oneof(named, tar, gzip), async (file) => {
      const { unpacker } = memoryUnpacker();
      const { findings } = await accountFor(memorySource(file), unpacker, {
        files: 100,
        depth: 17,
        bytes: 2 ** 24,
        wholeBytes: 2 ** 20,
      });
      expect(findings).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
