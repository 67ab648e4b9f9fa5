import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { skippedByZstd } from '../../../../functions/domain/containers/zstd-frames.ts';

async function skipped(...parts: readonly Buffer[]): Promise<string[]> {
  const frames = await skippedByZstd(memorySource(Buffer.concat(parts)));
  return Promise.all(frames.map(async (frame) => (await frame.read(0, frame.size + 9)).toString('latin1')));
}
const broken = { finding: 'ambiguous-archive:zstd-broken' };

function skippable(content: string, kind = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a50 + kind);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, Buffer.from(content, 'latin1')]);
}

const KINDS = [0, 1, 2, 3] as const;

/** A block: raw (0), of one byte repeated (1), compressed (2). */
function block(type: number, size: number, last = true): Buffer {
  const head = Buffer.alloc(3);
  head.writeUIntLE((size << 3) | (type << 1) | (last ? 1 : 0), 0, 3);
  return Buffer.concat([head, Buffer.alloc(type === 1 ? 1 : size, 'x')]);
}

interface Frame {
  readonly single?: boolean;
  readonly dictionary?: 0 | 1 | 2 | 3;
  readonly size?: 0 | 1 | 2 | 3;
  readonly checksum?: boolean;
  readonly blocks?: readonly Buffer[];
}

/** @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1 */
function frame({ single = false, dictionary = 0, size = 0, checksum = false, blocks = [block(0, 5)] }: Frame = {}) {
  const dictionaryBytes = ([0, 1, 2, 4] as const)[dictionary];
  const fields = (single ? 0 : 1) + dictionaryBytes + ([single ? 1 : 0, 2, 4, 8] as const)[size];
  return Buffer.concat([
    Buffer.from('28b52ffd', 'hex'),
    Buffer.from([(size << 6) | (single ? 0x20 : 0) | (checksum ? 4 : 0) | dictionary]),
    Buffer.alloc(fields, 0xff),
    ...blocks,
    Buffer.alloc(checksum ? 4 : 0, 0xee),
  ]);
}

it.each<[string, readonly Buffer[], readonly string[]]>([
  ['nothing', [], []],
  ['a frame', [frame()], []],
  ['a skippable frame', [skippable('hidden')], ['hidden']],
  ['an empty one', [skippable('')], ['']],
  ['each of the sixteen kinds', [skippable('a'), skippable('b', 15), skippable('c', 7)], ['a', 'b', 'c']],
  ['frames around it', [frame(), skippable('a'), frame(), skippable('b')], ['a', 'b']],
  ['something else behind it', [skippable('a'), Buffer.from('no frame at all'), skippable('b')], ['a']],
  ['another number', [skippable('a', 16), skippable('b')], []],
  ['a repeated byte', [frame({ blocks: [block(1, 100_000)] }), skippable('a')], ['a']],
  ['several blocks', [frame({ blocks: [block(0, 9, false), block(1, 9, false), block(2, 9)] }), skippable('a')], ['a']],
  ['a large block', [frame({ blocks: [block(2, 100_000)] }), skippable('a')], ['a']],
])('finds what decoders pass over: %s', async (_, parts, expected) => {
  expect(await skipped(...parts)).toEqual(expected);
});

it('reads over the header of a frame, whatever it holds', () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({
        single: fc.boolean(),
        dictionary: fc.constantFrom(...KINDS),
        size: fc.constantFrom(...KINDS),
        checksum: fc.boolean(),
      }),
      async (header) => {
        expect(await skipped(frame(header), skippable('a'), frame(header))).toEqual(['a']);
      },
    ),
    { numRuns: 200 },
  ));

it.each<[string, Buffer]>([
  ['in its content', skippable('hidden').subarray(0, -1)],
  ['in its length', skippable('').subarray(0, 7)],
  ['in a block', frame().subarray(0, -1)],
  ['before a block', frame().subarray(0, 6)],
  ['in the length of a block', frame().subarray(0, 8)],
  ['behind a block that is not the last', frame({ blocks: [block(0, 5, false)] })],
])('refuses a frame that is cut off %s', async (_, bytes) => {
  await expect(skipped(bytes)).rejects.toMatchObject(broken);
  await expect(skipped(skippable('a'), bytes)).rejects.toMatchObject(broken);
});

it('leaves a checksum that is cut off to the decoder', async () => {
  expect(await skipped(skippable('a'), frame({ checksum: true }).subarray(0, -2))).toEqual(['a']);
});

it('looks at 100,000 frames', async () => {
  const empty = skippable('');
  expect(await skipped(...Array<Buffer>(100_001).fill(empty))).toHaveLength(100_001);
  await expect(skipped(...Array<Buffer>(100_002).fill(empty))).rejects.toMatchObject(broken);
});
