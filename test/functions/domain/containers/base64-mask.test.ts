import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { base64Containers } from '../../../../functions/domain/containers/base64-content.ts';
import { withoutContainers } from '../../../../functions/domain/containers/base64-mask.ts';
import { CHUNK_BYTES, memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import type { Extent } from '../../../../functions/domain/containers/unpacker.ts';

async function masked(text: string, extents?: readonly Extent[]): Promise<string> {
  const source = memorySource(Buffer.from(text, 'latin1'));
  const found: Extent[] = [];
  for await (const container of base64Containers(source)) {
    for await (const _ of container.content);
    found.push(container);
  }
  const { size, read } = withoutContainers(source, extents ?? found);
  return (await read(0, size)).toString('latin1');
}

const ZIP = Buffer.from(`PK\x03\x04${'x'.repeat(200)}`).toString('base64');
const lines = (end: string) => (ZIP.match(/.{1,76}/g) ?? []).join(end);
const zeros = (text: string) => text.replaceAll(/[A-Za-z0-9+/]/g, 'A');

it.each(['', '\n', '\r\n\t '])('makes zeros of containers, and leaves the rest: lines end with %j', async (end) => {
  const text = (letters: string) => `Content-Type: x\n\n${letters}\n--boundary\nbegin 644 a\n`;
  const before = text(lines(end) || ZIP);
  expect(await masked(before)).toBe(text(zeros(lines(end))));
});

it('goes over the line breaks of XML, to the end of what was decoded', async () => {
  const text = await masked(`<a b="${lines('&#xA;')}"/>`);
  expect(text).toMatch(/^<a b="A{76}&#\w{2};A+&#\w{2};A+&#\w{2};A+={0,2}"\/>$/);
});

it('goes over the end of a piece', async () => {
  const letters = Buffer.from(`PK\x03\x04${'y'.repeat(2 * CHUNK_BYTES)}`).toString('base64');
  expect(await masked(`before ${letters}-after`)).toBe(`before ${zeros(letters)}-after`);
});

it('changes exactly the letters inside of the extents, wherever it is read', async () => {
  const extent = fc.tuple(fc.nat(60), fc.nat(20)).map(([start, length]) => ({ start, end: start + length }));
  await fc.assert(
    fc.asyncProperty(
      fc.stringMatching(/^[a-z&#; \n]{0,60}$/),
      fc.array(extent, { maxLength: 5 }),
      fc.nat(60),
      fc.nat(60),
      async (text, extents, start, length) => {
        const sorted = extents.toSorted((a, b) => a.start - b.start);
        const source = withoutContainers(memorySource(Buffer.from(text)), sorted);
        const inside = (at: number) => sorted.some((each) => at >= each.start && at < each.end);
        const expected = [...text].map((letter, at) => (inside(at) ? zeros(letter) : letter)).join('');
        const read = (await source.read(start, start + length)).toString();
        expect(read).toBe(expected.slice(start, start + length));
      },
    ),
  );
});
