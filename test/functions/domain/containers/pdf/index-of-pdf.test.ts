import { describe, expect, it } from '@jest/globals';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';
import { countBefore, firstFrom, indexPdf } from '../../../../../functions/domain/containers/pdf/index-of-pdf.ts';
import { strictSource } from '../../../../support/strict-source.ts';

const MiB = 1024 * 1024;
const indexOf = (text: string | Buffer) => indexPdf(memorySource(Buffer.from(text as string)));

it('finds keywords and their ends, wherever they stand', async () => {
  const text = '1 0 obj<<>>stream\nx endstream endobj xobj trailer obj endendobj stream';
  const index = await indexOf(text);
  expect(index).toEqual({
    objects: [4, text.indexOf('xobj') + 1, text.indexOf(' obj endend') + 1],
    objectEnds: [text.indexOf('endobj'), text.indexOf('endendobj') + 3],
    streams: [11, text.lastIndexOf('stream')],
    streamEnds: [text.indexOf('endstream')],
    trailers: [text.indexOf('trailer')],
  });
});

it('finds one at the very beginning', async () => {
  expect(await indexOf('obj')).toMatchObject({ objects: [0] });
  expect(await indexOf('endobj')).toMatchObject({ objects: [], objectEnds: [0] });
  expect(await indexOf('ndobj')).toMatchObject({ objects: [2], objectEnds: [] });
  expect(await indexOf('')).toMatchObject({ objects: [], trailers: [] });
});

it('reads no further than the end', async () => {
  const bytes = Buffer.alloc(2 * MiB, 'obj ');
  expect((await indexPdf(strictSource(bytes))).objects).toHaveLength(MiB / 2);
});

describe('around the border of what is read at once', () => {
  it.each(Array.from({ length: 24 }, (_, index) => index - 12))(
    'finds each word once, %d bytes from it',
    async (shift) => {
      for (const [word, key] of [
        ['obj', 'objects'],
        ['stream', 'streams'],
        ['endobj', 'objectEnds'],
        ['endstream', 'streamEnds'],
        ['trailer', 'trailers'],
      ] as const) {
        const bytes = Buffer.alloc(MiB + 100, ' ');
        bytes.write(word, MiB + shift);
        const index = await indexOf(bytes);
        expect(index[key]).toEqual([MiB + shift]);
        expect(Object.values(index).flat()).toHaveLength(1);
      }
    },
  );
});

it('gives up where there are more words than any file has', async () => {
  const word = Buffer.from('obj ');
  const many = (count: number) => memorySource(Buffer.alloc(4 * count, word));
  expect((await indexPdf(many(4_000_000))).objects).toHaveLength(4_000_000);
  await expect(indexPdf(many(4_000_001))).rejects.toMatchObject({ finding: 'limits-exceeded:files' });
});

it('looks up ascending offsets', () => {
  const offsets = [2, 5, 5, 9];
  expect([0, 2, 3, 5, 6, 9, 10].map((offset) => countBefore(offsets, offset))).toEqual([0, 0, 1, 1, 3, 3, 4]);
  expect([0, 2, 3, 6, 9, 10].map((offset) => firstFrom(offsets, offset))).toEqual([2, 2, 5, 9, 9, undefined]);
  expect(countBefore([], 1)).toBe(0);
});
