import { expect, it } from '@jest/globals';
import { decodeInto } from '../../../../../functions/adapters/unpacking/pdf/decoding.ts';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';
import type { Decoder } from '../../../../../functions/domain/containers/pdf/decoder.ts';
import { AsciiHexDecoder, RunLengthDecoder } from '../../../../../functions/domain/containers/pdf/text-decoders.ts';
import { overLimit } from '../../../../../functions/domain/containers/unaccounted.ts';
import { hexOf, runLengthOf } from '../../../../support/pdf-files.ts';
import { strictSource } from '../../../../support/strict-source.ts';

const NOISE = Buffer.from(Array.from({ length: 300_000 }, (_, index) => Math.imul(index, 2654435761) >>> 24));

async function decoded(bytes: Buffer, makers: (() => Decoder)[], skip?: number) {
  const chunks: Buffer[] = [];
  const sink = { write: async (chunk: Buffer) => void chunks.push(Buffer.from(chunk)) };
  const ends = await decodeInto(memorySource(bytes), makers, sink, skip);
  return { content: Buffer.concat(chunks), rests: ends.map(({ rest }) => rest), ends, chunks };
}
const hex = () => new AsciiHexDecoder();
const runs = () => new RunLengthDecoder();

it('decodes through one decoder after the other', async () => {
  const { content, rests } = await decoded(hexOf(runLengthOf(NOISE)), [hex, runs]);
  expect(content.equals(NOISE)).toBe(true);
  expect(rests).toEqual([0, 0]);
});

it('reads no further than the end', async () => {
  const sink = { write: async () => undefined };
  expect(await decodeInto(strictSource(Buffer.alloc(512 * 1024)), [], sink)).toEqual([]);
});

it('hands over what it is given, without a decoder', async () => {
  expect((await decoded(NOISE, [])).content.equals(NOISE)).toBe(true);
});

it.each([0, 1, 5, 16_384, 262_144, 299_999, 300_000, 400_000])('leaves out the first %d bytes', async (skip) => {
  expect((await decoded(NOISE, [], skip)).content.equals(NOISE.subarray(skip))).toBe(true);
  expect((await decoded(hexOf(NOISE), [hex], skip)).content.equals(NOISE.subarray(skip))).toBe(true);
});

it('tells how much stands behind the end of each', async () => {
  const inner = Buffer.concat([runLengthOf(Buffer.from('content')), Buffer.from('tail')]);
  const { content, rests, ends } = await decoded(Buffer.concat([hexOf(inner), Buffer.from('behind')]), [hex, runs]);
  expect([content.toString(), rests]).toEqual(['content', [6, 4]]);
  expect(ends.map(({ decoder }) => decoder.constructor)).toEqual([AsciiHexDecoder, RunLengthDecoder]);
});

it('tells of nothing behind an end that did not come, or of which more was told', async () => {
  expect((await decoded(Buffer.from('414'), [hex])).rests).toEqual([0]);
  const greedy = () => ({ push: () => [], end: () => [], consumed: 100 });
  expect((await decoded(Buffer.from('short'), [greedy])).rests).toEqual([0]);
});

it('decodes what comes at the end, through those that follow', async () => {
  /** Gives everything at its end. */
  const holding = () => {
    const held: Buffer[] = [];
    return {
      consumed: null,
      push: (bytes: Buffer) => {
        held.push(bytes);
        return [];
      },
      end: () => held,
    };
  };
  const { content } = await decoded(hexOf(hexOf(NOISE)), [holding, hex, holding, hex]);
  expect(content.equals(NOISE)).toBe(true);
});

it('gives a decoder no more than 16 KiB at once, however much comes', async () => {
  let largest = 0;
  const watching = () => ({
    consumed: null,
    push: (bytes: Buffer) => {
      largest = Math.max(largest, bytes.length);
      return [bytes];
    },
    end: () => [],
  });
  const bursting = () => ({ consumed: null, push: () => [], end: () => [NOISE] });
  for (const makers of [[watching], [bursting, watching]]) {
    largest = 0;
    await decoded(NOISE, makers);
    expect(largest).toBe(16 * 1024);
  }
});

it('lets the clock be looked at where nothing comes out', async () => {
  let writes = 0;
  const sink = {
    async write() {
      writes += 1;
      if (writes > 1) throw overLimit('time');
    },
  };
  const silent = () => ({ consumed: null, push: () => [], end: () => [] });
  await expect(decodeInto(memorySource(NOISE), [silent], sink)).rejects.toMatchObject({
    finding: 'limits-exceeded:time',
  });
  expect(writes).toBe(2);
});
