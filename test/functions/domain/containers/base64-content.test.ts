import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { base64Containers } from '../../../../functions/domain/containers/base64-content.ts';
import { CHUNK_BYTES, memorySource } from '../../../../functions/domain/containers/byte-source.ts';

/** What is found in a text, decoded. */
async function found(text: string): Promise<Buffer[]> {
  const contents: Buffer[] = [];
  for await (const { content } of base64Containers(memorySource(Buffer.from(text, 'latin1')))) {
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece);
    contents.push(Buffer.concat(pieces));
    if (contents.length > 9) throw new Error('too many');
  }
  return contents;
}
const decoded = async (text: string) => (await found(text)).map((bytes) => bytes.toString('latin1'));
const base64 = (bytes: Buffer | string) => Buffer.from(bytes as string, 'latin1').toString('base64');

it.each([
  ['a zip', 'PK\x03\x04'],
  ['the first part of a zip', 'PK\x07\x08PK\x03\x04'],
  ['a zip that was to be split', 'PK00PK\x03\x04'],
  ['gzip', '\x1f\x8b\x08'],
  ['bzip2', 'BZh9'],
  ['xz', '\xfd7zXZ\0'],
  ['zstd', '(\xb5/\xfd'],
  ['7z', '7z\xbc\xaf\x27\x1c'],
  ['RAR', 'Rar!\x1a\x07'],
  ['a cabinet', 'MSCF\0\0\0\0'],
  ['a compound file', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['a PDF', '%PDF-1.7'],
  ['LZ4', '\x04\x22\x4d\x18'],
  ['lzip', 'LZIP\x01'],
  ['RPM', '\xed\xab\xee\xdb'],
  ['cpio', '070701'],
  ['cpio of old', '070707'],
  ['ar', '!<arch>\n'],
  ['xar', 'xar!'],
  ['CHM', 'ITSF'],
  ['WIM', 'MSWIM\0\0\0'],
])('finds %s in a text', async (_, magic) => {
  for (const rest of ['', '\0', '\xff\xff', 'content']) {
    const content = `${magic}${rest} and more`;
    expect(await decoded(`before\n\n${base64(content)}\n--after`)).toEqual([content]);
  }
});

const ZIP = `PK\x03\x04${'x'.repeat(200)}`;
const LETTERS = base64(ZIP);
const lines = (end: string) => (LETTERS.match(/.{1,76}/g) ?? []).join(end);

describe('decodes', () => {
  it.each([
    ['\n', lines('\n')],
    ['\r\n and blanks', lines('\r\n\t ')],
    ['the line breaks of XML', lines('&#xD;&#xa;')],
    ['the same in decimal', lines('&#13;&#10;')],
    ['no line break', LETTERS],
  ])('over %s', async (_, text) => {
    expect(await decoded(text)).toEqual([ZIP]);
    expect(await decoded(`"${text}" more`)).toEqual([ZIP]);
  });

  it.each(['&', '&#11;', '&#x;', '&amp;', '-', '.', '=', '\0'])('up to %j', async (end) => {
    expect(await decoded(`${LETTERS.slice(0, 40)}${end}${LETTERS.slice(40)}`)).toEqual([ZIP.slice(0, 30)]);
  });

  it('what does not fill the last group of letters', async () => {
    for (const length of [5, 6, 7, 8]) {
      const letters = LETTERS.slice(0, length);
      expect(await found(letters)).toEqual([Buffer.from(letters, 'base64')]);
    }
  });
});

it.each([
  ['another text', 'nothing here'],
  ['nothing', ''],
  ...['a', 'Z', '0', '9', '+', '/', '='].map((before) => ['letters before it', `${before}${LETTERS}`]),
])('finds nothing in %s: %.20s', async (_, text) => {
  expect(await found(text)).toEqual([]);
});

it('finds several, in the order in which they stand', async () => {
  const gzip = `\x1f\x8b\x08${'y'.repeat(30)}`;
  expect(await decoded(`${base64(gzip)}\n-\n${base64(ZIP)}\n-\n${base64(gzip)}\n`)).toEqual([gzip, ZIP, gzip]);
});

describe('at the border of what is read at once', () => {
  const filler = (length: number) => '-'.repeat(length);
  it('finds each of them once', async () => {
    for (const before of [-10, -5, -1, 0, 1]) {
      expect(await decoded(`${filler(CHUNK_BYTES + before)}${LETTERS}`)).toEqual([ZIP]);
    }
  });

  it('looks at the letter before it', async () => {
    expect(await found(`${filler(CHUNK_BYTES - 1)}a${LETTERS}`)).toEqual([]);
    expect(await found(`${filler(2 * CHUNK_BYTES - 1)}a${LETTERS}`)).toEqual([]);
    expect(await decoded(`${filler(2 * CHUNK_BYTES)}${LETTERS}`)).toEqual([ZIP]);
    expect(await decoded(`a${filler(CHUNK_BYTES - 1)}${LETTERS}`)).toEqual([ZIP]);
  });

  /** Pieces of the content begin where it does. */
  const content = Buffer.concat([Buffer.from(ZIP, 'latin1'), Buffer.alloc(0.75 * CHUNK_BYTES, 'z')]);
  const letters = content.toString('base64');
  it.each(['\n', '&#xD;', '&#10;'])('decodes over %j', async (end) => {
    for (let cut = CHUNK_BYTES - end.length; cut <= CHUNK_BYTES; cut += 1) {
      const [bytes = Buffer.alloc(0)] = await found(`${letters.slice(0, cut)}${end}${letters.slice(cut)}`);
      expect(bytes.equals(content)).toBe(true);
    }
  });

  it.each(['-', '&#', '&#x', '&#1'])('ends at %j there', async (end) => {
    for (const cut of [CHUNK_BYTES - end.length, CHUNK_BYTES]) {
      const [bytes] = await found(`${letters.slice(0, cut)}${end};${letters.slice(cut)}`);
      expect(bytes?.equals(Buffer.from(letters.slice(0, cut), 'base64'))).toBe(true);
    }
  });

  it('gives what is decoded in pieces', async () => {
    const sizes: number[] = [];
    for await (const parts of base64Containers(memorySource(Buffer.from(letters)))) {
      for await (const piece of parts.content) sizes.push(piece.length);
    }
    expect(sizes).toEqual([0.75 * CHUNK_BYTES, content.length - 0.75 * CHUNK_BYTES, 0]);
  });

  it('reads no further than the letters go', async () => {
    const text = Buffer.from(`${LETTERS}&amp;${filler(3 * CHUNK_BYTES)}`);
    let reads = 0;
    const source = { size: text.length, read: async (start: number, end: number) => text.subarray(start, end) };
    for await (const parts of base64Containers(source)) {
      source.read = async (start, end) => {
        reads += 1;
        return text.subarray(start, end);
      };
      for await (const piece of parts.content) expect(piece.length).toBeLessThan(1000);
      break;
    }
    expect(reads).toBe(1);
  });
});

it('decodes whatever was encoded, with lines of any length', () =>
  fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 8, max: 80 }), async (tail, width) => {
      const content = Buffer.concat([Buffer.from('PK\x03\x04\0'), tail]);
      const text = (content.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\r\n');
      expect((await found(text))[0]).toEqual(content);
    }),
    { numRuns: 200 },
  ));
