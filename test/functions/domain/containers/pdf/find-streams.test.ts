import { describe, expect, it } from '@jest/globals';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';
import { findStreams, streamEnds } from '../../../../../functions/domain/containers/pdf/find-streams.ts';
import { PdfFile } from '../../../../../functions/domain/containers/pdf/pdf-file.ts';

/** Streams of a file: their place as a mark in the text, and what their ends leave of it. */
async function streamsIn(text: string) {
  const bytes = Buffer.from(text, 'latin1');
  const file = await PdfFile.open(memorySource(bytes));
  const streams = await findStreams(file);
  return Promise.all(
    streams.map(async (stream) => {
      const ends = await streamEnds(file, stream);
      for (const { end } of ends) expect(end).toBeGreaterThanOrEqual(stream.start);
      return { ...stream, data: ends.map(({ end, told }) => [bytes.toString('latin1', stream.start, end), told]) };
    }),
  );
}

const dataOf = async (text: string) => (await streamsIn(text)).map(({ data }) => data);

describe('a stream', () => {
  it('has an object, a dictionary and data', async () => {
    const text = 'x 12 3 obj <</Length 4>>\nstream\ndata\nendstream endobj';
    const [stream, ...others] = await streamsIn(text);
    expect(others).toEqual([]);
    expect(stream).toMatchObject({
      number: 12,
      generation: 3,
      object: text.indexOf('obj'),
      text: ' <</Length 4>>\n',
      keyword: text.indexOf('stream'),
      start: text.indexOf('data'),
    });
    expect(stream?.dictionary.get('Length')).toBe(4);
    expect(stream?.data).toEqual([['data', true]]);
  });

  it.each([
    ['a comment', '1 0 obj<</Length 4>>% comment\nstream\ndata\nendstream'],
    ['an object without numbers', 'obj<</Length 4>>stream\ndata\nendstream'],
    ['the word obj in its dictionary', '1 0 obj<</A(obj)/B(obj)/C(obj)/Length 4>>stream\ndata\nendstream'],
    ['the word stream in its dictionary', '1 0 obj<</A(stream\n)/Length 4>>stream\ndata\nendstream'],
  ])('may have %s', async (_, text) => {
    expect(await dataOf(text)).toContainEqual([['data', true]]);
  });

  it('is read by no more than four words obj before it', async () => {
    const text = (words: number) => `1 0 obj<<${'/A(obj)'.repeat(words)}/Length 4>>stream\ndata\nendstream`;
    expect((await streamsIn(text(3)))[0]).toMatchObject({ object: 4, number: 1 });
    expect((await streamsIn(text(4)))[0]).toMatchObject({ object: null, number: 0, text: '' });
  });

  it('has a dictionary of at most a megabyte', async () => {
    const text = (length: number) => `1 0 obj<</A(${'x'.repeat(length)})>>stream\ndata\nendstream`;
    const exact = 1024 * 1024 - text(0).indexOf('stream') + 4;
    expect((await streamsIn(text(exact)))[0]).toMatchObject({ object: 4 });
    expect((await streamsIn(text(exact + 1)))[0]).toMatchObject({ object: null });
  });

  it('without an object is one behind the end of a dictionary, and a line end', async () => {
    expect(await streamsIn('<<>> \r\nstream\r\ndata\nendstream')).toMatchObject([
      { object: null, number: 0, generation: 0, text: '', keyword: 7, start: 15, data: [['data', false]] },
    ]);
    expect(await dataOf('1 0 obj 7 >>stream\ndata\nendstream')).toEqual([[['data', false]]]);
  });

  it.each([
    'a stream of text',
    'a stream\nof text',
    '<<>>stream of text',
    '<<>> x stream\ntext',
    '>stream\ntext',
    '1 0 obj<<>>%stream\ntext',
    '1 0 obj<<>> x stream\ntext',
    '1 0 obj[]stream\ntext',
  ])('is not in %j', async (text) => {
    expect(await streamsIn(text)).toEqual([]);
  });

  it.each([
    ['\n', 'data'],
    ['\r\n', 'data'],
    ['\r', 'data'],
    ['  \n', 'data'],
    ['\n\n', '\ndata'],
    ['\r\r\n', '\r\ndata'],
    [' ', ' data'],
    ['', 'data'],
  ])('begins behind %j', async (between, data) => {
    expect(await dataOf(`1 0 obj<<>>stream${between}data\nendstream`)).toEqual([[[data, false]]]);
  });

  it('may be inside the data of another', async () => {
    const inner = '2 0 obj<</Length 5>>stream\ninner\nendstream endobj';
    const found = await dataOf(`1 0 obj<</Length ${inner.length}>>stream\n${inner}\nendstream endobj`);
    expect(found).toEqual([[[inner, true]], [['inner', true]]]);
  });
});

describe('data', () => {
  const stream = (entries: string, data: string) => `1 0 obj<<${entries}>>stream\n${data} endobj`;

  it.each<[string, string, [string, boolean][]]>([
    ['/Length 4', 'data\nendstream', [['data', true]]],
    ['/Length 4', 'dataendstream', [['data', true]]],
    ['/Length 4', 'data \t\r\n\0\fendstream', [['data', true]]],
    ['/Length 4.9', 'data\nendstream', [['data', true]]],
    ['/Length 0', 'endstream', [['', true]]],
    // The length counts, whatever the data hold.
    [
      '/Length 18',
      'data\nendstream\nmore\nendstream',
      [
        ['data', false],
        ['data\nendstream\nmor', false],
      ],
    ],
    ['/Length 19', 'data\nendstream\nmore\nendstream', [['data\nendstream\nmore', true]]],
    ['', 'data\nendstream\nmore\nendstream', [['data', false]]],
    ['', 'data\r\nendstream', [['data', false]]],
    ['', 'data\rendstream', [['data', false]]],
    ['', 'data\n\nendstream', [['data\n', false]]],
    ['', 'dataendstream', [['data', false]]],
    ['', 'd\nendstream', [['d', false]]],
    ['', '\nendstream', [['', false]]],
    ['', 'endstream', [['', false]]],
    ['/Length -1', 'data\nendstream', [['data', false]]],
    ['/Length 9999', 'data\nendstream', [['data', false]]],
    ['/Length(4)', 'data\nendstream', [['data', false]]],
    ['/Length 0', 'data\nendstream', [['data', false]]],
    // One that is wrong may still be what a reader goes by.
    [
      '/Length 2',
      'data\nendstream',
      [
        ['data', false],
        ['da', false],
      ],
    ],
    ['/Length 4/Length 2', 'data\nendstream', [['data', true]]],
    ['/Length 2/Length 4', 'data\nendstream', [['data', true]]],
    [
      '/Length 2/Length 3',
      'data\nendstream',
      [
        ['data', false],
        ['dat', false],
        ['da', false],
      ],
    ],
    ['', 'data\n', [['data\n ', false]]],
  ])('%s: %j', async (entries, data, expected) => {
    expect((await dataOf(stream(entries, data)))[0]).toEqual(expected);
  });

  it('may go on to the end of the file', async () => {
    expect(await dataOf('1 0 obj<<>>stream\ndata\n')).toEqual([[['data', false]]]);
    expect(await dataOf('1 0 obj<</Length 4>>stream\ndata')).toEqual([[['data', false]]]);
    expect(await dataOf('1 0 obj<</Length 5>>stream\ndata')).toEqual([[['data', false]]]);
  });

  it('do not end before they begin', async () => {
    const text = (length: number) => `endstream 1 0 obj<</Length ${length}>>stream\ndata\nendstream endobj`;
    expect(text(-39).indexOf('data')).toBe(39);
    expect(await dataOf(text(-39))).toEqual([[['data', false]]]);
  });

  it('may have a length elsewhere, and one in every revision', async () => {
    const text = '9 0 obj 4 endobj 9 0 obj 2 endobj 1 0 obj<</Length 9 0 R>>stream\ndata\nendstream endobj';
    expect(await dataOf(text)).toEqual([[['data', true]]]);
    expect(await dataOf(text.replace('obj 4', 'obj 3'))).toEqual([
      [
        ['data', false],
        ['da', false],
        ['dat', false],
      ],
    ]);
  });

  it('end at the word that follows the length at once, or not far away', async () => {
    const far = (spaces: number) => `data${' '.repeat(spaces)}endstream`;
    expect((await dataOf(stream('/Length 4', far(23))))[0]).toEqual([['data', true]]);
    expect((await dataOf(stream('/Length 4', far(24))))[0]).toEqual([
      [`data${' '.repeat(24)}`, false],
      ['data', false],
    ]);
  });
});

it('more streams than clamd takes are over the limit', async () => {
  const many = (count: number) => PdfFile.open(memorySource(Buffer.from('>>stream\n'.repeat(count))));
  expect(await findStreams(await many(100_000))).toHaveLength(100_000);
  await expect(findStreams(await many(100_001))).rejects.toMatchObject({ finding: 'limits-exceeded:files' });
});

it('a file in which the same would be parsed again and again takes too long', async () => {
  const text = `1 0 obj<</A(${'x'.repeat(500_000)}${')>>stream\n('.repeat(1000)}`;
  await expect(PdfFile.open(memorySource(Buffer.from(text))).then(findStreams)).rejects.toMatchObject({
    finding: 'limits-exceeded:time',
  });
});
