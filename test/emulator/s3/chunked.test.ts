import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeAwsChunked } from '../../../emulator/s3/chunked.ts';

async function decode(stream: Buffer[]): Promise<{ content: Buffer; trailers: Map<string, string> }> {
  const trailers = new Map<string, string>();
  const content: Buffer[] = [];
  async function* source() {
    yield* stream;
  }
  for await (const chunk of decodeAwsChunked(source(), trailers)) content.push(chunk);
  return { content: Buffer.concat(content), trailers };
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

describe('aws-chunked bodies', () => {
  it('decode to their content wherever the network cuts them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 }),
        fc.array(fc.nat()),
        fc.boolean(),
        async (chunks, cuts, signed) => {
          const extension = signed ? `;chunk-signature=${'a'.repeat(64)}` : '';
          const frames = chunks.map((chunk) =>
            Buffer.concat([Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk, Buffer.from('\r\n')]),
          );
          const end = Buffer.from(`0${extension}\r\nX-Amz-Checksum-Crc32: abc=\r\n\r\n`);
          const { content, trailers } = await decode(split(Buffer.concat([...frames, end]), cuts));
          expect(content.equals(Buffer.concat(chunks))).toBe(true);
          expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'abc=']]);
        },
      ),
    );
  });

  it('are refused when they end early', async () => {
    const whole = Buffer.from('5\r\nhello\r\n0\r\n');
    for (let length = 0; length < whole.length; length++) {
      await expect(decode([whole.subarray(0, length)])).rejects.toMatchObject({ code: 'IncompleteBody' });
    }
  });
});
