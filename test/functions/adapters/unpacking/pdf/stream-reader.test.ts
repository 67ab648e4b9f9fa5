import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hexOf, pdfWith } from '../../../../support/pdf-files.ts';
import { partsOf } from '../../../../support/pdf-parts.ts';

/* What stands behind the end of what a filter decodes. */
const CONTENT = Buffer.from('content');
const WHITE = [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20];
/** Beginning with its length, less than this, it may be a writer's padding. */
const MAX_WHITE = 64;

const behindHex = (tail: Buffer) => pdfWith('/Filter/ASCIIHexDecode', Buffer.concat([hexOf(CONTENT), tail]));
/** Behind the inner of two filters: the tail itself is decoded. */
const behindInnerHex = (tail: Buffer) =>
  pdfWith('/Filter[/ASCIIHexDecode/ASCIIHexDecode]', hexOf(Buffer.concat([hexOf(CONTENT), tail])));

const PLACES: [string, (tail: Buffer) => Buffer][] = [
  ['the only filter', behindHex],
  ['the inner of two filters', behindInnerHex],
];
const contentsOf = async (pdf: Buffer) => (await partsOf(pdf)).contents;
const TAIL = (bytes: Buffer) => ({ bytes, reached: false });
const white = (length: number) => Buffer.from(Array.from({ length }, (_, index) => WHITE[index % WHITE.length] ?? 0));

it.each(PLACES)('behind %s, white space of less than 64 bytes is left out', async (_, behind) => {
  for (const length of [0, 1, 6, MAX_WHITE - 1]) {
    expect(await contentsOf(behind(white(length)))).toEqual([TAIL(CONTENT)]);
  }
});

it.each(PLACES)('behind %s, more white space is content', async (_, behind) => {
  for (const length of [MAX_WHITE, MAX_WHITE + 1, 1000]) {
    expect(await contentsOf(behind(white(length)))).toEqual([TAIL(CONTENT), TAIL(white(length))]);
  }
});

it.each(PLACES)('behind %s, whatever holds one other byte is content, all of it', async (_, behind) => {
  const space = fc.array(fc.constantFrom(...WHITE), { maxLength: 70 });
  const other = fc.integer({ min: 0, max: 255 }).filter((byte) => !WHITE.includes(byte));
  await fc.assert(
    fc.asyncProperty(space, other, space, async (before, byte, after) => {
      const tail = Buffer.from([...before, byte, ...after]);
      expect(await contentsOf(behind(tail))).toEqual([TAIL(CONTENT), TAIL(tail)]);
    }),
    { numRuns: 60 },
  );
});
