import { describe, expect, it } from '@jest/globals';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';
import { inflatesWhole, isPlainPdf, plainKind } from '../../../../../functions/domain/containers/pdf/engine-reach.ts';
import { findStreams, streamEnds } from '../../../../../functions/domain/containers/pdf/find-streams.ts';
import { PdfFile } from '../../../../../functions/domain/containers/pdf/pdf-file.ts';

const MiB = 1024 * 1024;
const HEAD = '%PDF-1.7\n';
const STREAM = '1 0 obj\n<</Length 4>>\nstream\ndata\nendstream\nendobj\n';

async function opened(text: string | Buffer) {
  const file = await PdfFile.open(memorySource(Buffer.from(text as string, 'latin1')));
  return { file, streams: await findStreams(file) };
}

async function isPlain(text: string, inside: readonly string[] = []): Promise<boolean> {
  const { file, streams } = await opened(text);
  return isPlainPdf(file, streams, async () => inside.map((content) => Buffer.from(content)));
}

describe('a file is plain', () => {
  it.each([
    ['with a stream', HEAD + STREAM],
    ['without streams', HEAD],
    ['with the oldest version', `%PDF-1.0\n${STREAM}`],
    ['with parameters of streams', HEAD + STREAM.replace('<<', '<</DecodeParms<</Columns 4/K -1>>')],
    ['with parameters that a space separates', HEAD + STREAM.replace('<<', '<</DP <</Columns 4>>')],
    ['with two of them', HEAD + STREAM.replace('<<', '<</DP<</A 1>>/DecodeParms<<>>')],
    ['with a name that begins like it', HEAD + STREAM.replace('<<', '<</DPX[1]/DecodeParmsX[1]')],
    ['with links', `${HEAD}${STREAM}<</S/URI/URI(http://example.com)>><</URI /URI(x)>>`],
    ['with a name that ends like it', `${HEAD}${STREAM}<</URL 1 0 R>>`],
  ])('%s', async (_, text) => {
    expect(await isPlain(text)).toBe(true);
  });

  it.each([
    ['another version', `%PDF-2.0\n${STREAM}`],
    ['bytes before it', `\n${HEAD}${STREAM}`],
    ['no digit in its version', `%PDF-1.x\n${STREAM}`],
    ['a stream without an object', `${HEAD}${STREAM}<<>>\nstream\ndata\nendstream`],
    ['the word stream elsewhere', `${HEAD}${STREAM}stream`],
    ['parameters elsewhere', HEAD + STREAM.replace('<<', '<</DecodeParms 2 0 R')],
    ['parameters in a list', HEAD + STREAM.replace('<<', '<</DecodeParms[<<>>]')],
    ['parameters in part elsewhere', HEAD + STREAM.replace('<<', '<</DecodeParms<</Columns 2 0 R>>')],
    ['parameters in part far elsewhere', HEAD + STREAM.replace('<<', '<</DecodeParms<</Columns 2 0  R>>')],
    ['parameters with a string', HEAD + STREAM.replace('<<', '<</DP<</Columns(4)>>')],
    ['parameters with a list', HEAD + STREAM.replace('<<', '<</DP<</Columns[4]>>')],
    ['parameters with a comment', HEAD + STREAM.replace('<<', '<</DP<</Columns%\n4>>')],
    ['one plain and one that is not', HEAD + STREAM.replace('<<', '<</DP<<>>/DecodeParms 2 0 R')],
    ['one stream of two that is not', HEAD + STREAM + STREAM.replace('<<', '<</DP 2 0 R')],
    ['a URI elsewhere', `${HEAD}${STREAM}<</URI 1 0 R>>`],
    ['a URI in a list', `${HEAD}${STREAM}<</URI[1 0 R]>>`],
    ['a URI in other letters', `${HEAD}${STREAM}<</#55#52#49 1 0 R>>`],
    ['a URI in some other letters', `${HEAD}${STREAM}<</U#52I 1 0 R>>`],
    ['a URI at the end', `${HEAD}${STREAM}/URI`],
    ['a URI behind a megabyte', `${HEAD}${STREAM}${' '.repeat(MiB)}/URI 1 0 R`],
  ])('not with %s', async (_, text) => {
    expect(await isPlain(text)).toBe(false);
  });

  it.each(Array.from({ length: 8 }, (_, index) => index))(
    'not with a URI at the border of what is read, %d',
    async (at) => {
      const before = HEAD + STREAM;
      expect(await isPlain(`${before}${' '.repeat(MiB - before.length - at)}/URI 1 0 R`)).toBe(false);
    },
  );

  it('not with a URI in an object stream', async () => {
    expect(await isPlain(HEAD + STREAM, ['<</URI(x)>>', '<</URI /S>>'])).toBe(true);
    expect(await isPlain(HEAD + STREAM, ['<</URI(x)>>', '<</URI 1 0 R>>'])).toBe(false);
  });

  it('not with more objects than the engine takes', async () => {
    const objects = (count: number) => `${HEAD}${'1 0 obj endobj '.repeat(count)}`;
    expect(await isPlain(objects(10_000))).toBe(true);
    expect(await isPlain(objects(10_001))).toBe(false);
    const numbers = (...all: (number | string)[]) =>
      HEAD + all.map((count) => STREAM.replace('<<', `<</N ${count}`)).join('');
    expect(await isPlain(numbers(4000, 6000))).toBe(true);
    expect(await isPlain(numbers(4000, 6001))).toBe(false);
    expect(await isPlain(numbers('(9999999)', 6000))).toBe(true);
  });
});

/** What the engine makes of the last stream of a text. */
async function kindOf(text: string) {
  const { file, streams } = await opened(text);
  const stream = streams.at(-1);
  if (stream === undefined) throw new Error('no stream');
  const [end = { end: 0, told: false }] = await streamEnds(file, stream);
  return plainKind(file, stream, end);
}
const withEntries = (entries: string) => `${HEAD}1 0 obj\n<<${entries}/Length 4>>\nstream\ndata\nendstream\nendobj\n`;

describe('the engine takes a stream', () => {
  it.each([
    ['stored', ''],
    ['stored', '/Type/EmbeddedFile/FX 1/DPX 1/FilterX 1'],
    ['flate', '/Filter/FlateDecode'],
    ['flate', '/Filter /FlateDecode'],
    ['flate', '/Filter[/FlateDecode]'],
    ['flate', '/Filter [ /FlateDecode ]'],
    ['flate', '/Filter/FlateDecode/Images 1'],
    ['jpeg', '/Filter/DCTDecode'],
    ['jpeg', '/Filter[/DCTDecode]/Subtype/Image'],
  ])('as %s: %s', async (kind, entries) => {
    expect(await kindOf(withEntries(entries))).toBe(kind);
  });

  it.each([
    '/Filter/Fl',
    '/Filter/DCT',
    '/Filter/LZWDecode',
    '/Filter/FlateDecodeX',
    '/Filter[/FlateDecode/DCTDecode]',
    '/Filter[/FlateDecode/FlateDecode]',
    '/Filter/FlateDecode/Filter/FlateDecode',
    '/Filter/FlateDecode/FlateDecode 1',
    '/Filter/FlateDecode/Crypt 1',
    '/Filter 2 0 R',
    '/Filter null/A/FlateDecode',
    '/Filter/A/B/FlateDecode',
    '/FlateDecode 1',
    '/Filter/FlateDecode/Subtype/Image',
    '/Filter/FlateDecode/DecodeParms 1',
    '/Filter/FlateDecode/DP 1',
    '/Subtype/Image',
    '/F 1',
    '/F(file)',
    '/DP 1',
    '/URI 1',
    '/Length 4',
    '/Lengths 4',
    '/A<<>>',
    '/A<41>',
    '/A(x)',
    '/A#41 1',
    '%x\n',
  ])('in its own way, which is not relied on: %s', async (entries) => {
    expect(await kindOf(withEntries(entries))).toBeNull();
  });

  it.each<[string, string, string]>([
    ['a length elsewhere', '/Length 4', '/Length 2 0 R'],
    ['a length that is wrong', '/Length 4', '/Length 3'],
    ['no length', '/Length 4', ''],
    ['a length that is a name', '/Length 4', '/Length/A'],
    ['no line end behind the keyword', 'stream\ndata', 'streamdata'],
    ['another line end', 'stream\ndata', 'stream\rdata'],
    ['a space before it', 'stream\ndata', 'stream \ndata'],
    ['one line end more', 'stream\ndata', 'stream\n\ndat'],
    ['no space before the object', '1 0 obj', '1 0obj'],
    ['a tab before the object', '1 0 obj', '1\t0 obj'],
    ['no white space before its number', '\n1 0 obj', '\n%1 0 obj'],
    ['a number that is none', '1 0 obj', 'x 0 obj'],
    ['no end of the object', '\nendobj', ''],
    ['no end of the stream', '\nendstream', ''],
    ['something before its end', 'data\nendstream', 'data\n\nendstream'],
    ['a space before its end', 'data\nendstream', 'data endstream'],
    ['an end of the object in it', '\nendstream', '\nendobj\nendstream'],
    ['an end of a stream in it', '<<', '<</A/endstream'],
    ['an end of an object in it', '<<', '<</A/endobj'],
    ['something before its dictionary', '<<', '7 <<'],
    ['something behind its dictionary', '>>', '>> 7 '],
    ['a comment behind its dictionary', '>>', '>>% comment'],
  ])('not for sure: with %s', async (_, part, other) => {
    const text = withEntries('').replace(part, other);
    expect(text).not.toBe(withEntries(''));
    expect(await kindOf(text).catch((fault: Error) => (fault.message === 'no stream' ? null : fault))).toBeNull();
  });

  it.each(['data\r\nendstream', 'data\rendstream', 'dataendstream'])('whose end is told by %j', async (end) => {
    expect(await kindOf(withEntries('').replace('data\nendstream', end))).toBe('stored');
  });

  it.each(['stream\r\ndata', 'stream\ndata'])('that begins by %j', async (begin) => {
    expect(await kindOf(withEntries('').replace('stream\ndata', begin))).toBe('stored');
  });

  it('only if the object before has ended', async () => {
    const behind = (text: string) => kindOf(withEntries('').replace('1 0 obj', `${text} 1 0 obj`));
    expect(await behind('3 0 obj 1 endobj')).toBe('stored');
    expect(await behind('3 0 obj 1 endobj 4 0 obj 1 endobj')).toBe('stored');
    expect(await behind('3 0 obj 1')).toBeNull();
    expect(await behind('3 0 obj 1 endobj 4 0 obj 1')).toBeNull();
  });

  it('whatever its number is', async () => {
    expect(await kindOf(withEntries('').replace('1 0 obj', '1234 56 obj'))).toBe('stored');
  });

  it('whatever its length is, and the white space before its dictionary', async () => {
    const long = withEntries('').replace('Length 4', 'Length 12').replace('data', 'twelve bytes');
    expect(await kindOf(long)).toBe('stored');
    for (const space of ['', ' \n ', '\t'])
      expect(await kindOf(long.replace('obj\n<<', `obj${space}<<`))).toBe('stored');
  });

  it('only within its object', async () => {
    const inner = '<</Length 4>>\nstream\ndata\nendstream';
    expect(await kindOf(`${HEAD}${inner}`)).toBeNull();
  });
});

it('the engine inflates whole what its pieces do not cut', () => {
  const PIECE = 256 * 1024;
  const sizes = [0, 1, PIECE - 1, PIECE, PIECE + 16_384, PIECE + 16_385, 2 * PIECE - 1, 2 * PIECE, 3 * PIECE + 16_385];
  expect(sizes.map(inflatesWhole)).toEqual([true, true, true, false, false, true, true, false, true]);
});
