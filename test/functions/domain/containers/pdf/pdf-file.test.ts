import { describe, expect, it } from '@jest/globals';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';
import { PdfFile } from '../../../../../functions/domain/containers/pdf/pdf-file.ts';
import { PdfDictionary, PdfName, PdfReference } from '../../../../../functions/domain/containers/pdf/values.ts';

const MiB = 1024 * 1024;
const open = (text: string | Buffer) => PdfFile.open(memorySource(Buffer.from(text as string)));

describe('bytes', () => {
  it('are the ones of the source, wherever they are', async () => {
    const bytes = Buffer.alloc(3 * MiB);
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(at, at);
    const file = await open(bytes);
    for (const [start, end] of [
      [0, 10],
      [MiB - 5, MiB + 5],
      [3 * MiB - 5, 3 * MiB + 100],
      [10, 20],
      [2 * MiB, 2 * MiB + 1],
      [2 * MiB - 200, 2 * MiB - 100],
      [0, 3 * MiB],
      [-10, 5],
      [4 * MiB, 5 * MiB],
      [20, 10],
    ] as const) {
      expect((await file.bytes(start, end)).equals(bytes.subarray(Math.max(0, start), end))).toBe(true);
    }
  });

  it('are read once for many that are near each other', async () => {
    const content = Buffer.alloc(2 * MiB);
    let reads = 0;
    const source = {
      size: content.length,
      read: async (start: number, end: number) => {
        reads += 1;
        return content.subarray(start, end);
      },
    };
    const file = await PdfFile.open(source);
    reads = 0;
    for (let at = 1000; at < MiB; at += 1000) await file.bytes(at, at + 100);
    for (let at = MiB - 100; at > 1000; at -= 1000) await file.bytes(at, at + 100);
    expect(reads).toBe(1);
    // From the very beginning up to the very end.
    const small = await PdfFile.open({ ...source, size: 1000 });
    reads = 0;
    for (let turn = 0; turn < 3; turn++) {
      await small.bytes(0, 10);
      await small.bytes(990, 1000);
      await small.bytes(990, 2000);
    }
    expect(reads).toBe(1);
  });
});

describe('the header of an object', () => {
  it.each([
    ['12 3 obj', { number: 12, generation: 3 }],
    ['x 12\n0\tobj', { number: 12, generation: 0 }],
    ['1 2 3obj', { number: 2, generation: 3 }],
    ['12 %comment 7 8\n3 obj', { number: 12, generation: 3 }],
    ['12%comment\n3 obj', { number: 12, generation: 3 }],
    ['12 3 %comment\robj', { number: 12, generation: 3 }],
    ['12 3 %\n%\robj', { number: 12, generation: 3 }],
    ['12\0\f\r3obj', { number: 12, generation: 3 }],
    ['obj', null],
    ['3 obj', null],
    ['a 3 obj', null],
    ['12 3x obj', null],
    ['12, 3 obj', null],
  ])('of %j', async (text, header) => {
    expect(await (await open(text)).header(text.indexOf('obj'))).toEqual(header);
  });

  it('may be far away', async () => {
    const far = `12 3${' '.repeat(124)}obj`;
    expect(await (await open(far)).header(far.length - 3)).toEqual({ number: 12, generation: 3 });
    const farther = `12 3${' '.repeat(125)}obj`;
    expect(await (await open(farther)).header(farther.length - 3)).toEqual({ number: 2, generation: 3 });
  });
});

describe('a value', () => {
  it.each([10, 4000, 5000, 60_000, 70_000, 1_000_000])('may have %d bytes', async (length) => {
    const text = `(${'x'.repeat(length)})  (next)${' '.repeat(2 * MiB)}`;
    const value = await (await open(text)).valueAt(0);
    expect(Buffer.isBuffer(value) && value.length).toBe(length);
  });

  it('of more than a megabyte is none', async () => {
    const text = `(${'x'.repeat(MiB)})${' '.repeat(MiB)}`;
    expect(await (await open(text)).valueAt(0)).toBeUndefined();
  });

  it('may end with the file', async () => {
    for (const length of [1, 4060, 4090, 4096, 5000]) {
      const value = await (await open(`(${'x'.repeat(length)})`)).valueAt(0);
      expect(Buffer.isBuffer(value) && value.length).toBe(length);
    }
  });

  it('that may go on behind what was read is read again', async () => {
    // A number at the end of the first piece, which is the beginning of a reference.
    for (let shift = -40; shift < 10; shift++) {
      const text = `${' '.repeat(4096 + shift)}123 0 R ${' '.repeat(10_000)}`;
      expect(await (await open(text)).valueAt(0)).toEqual(new PdfReference(123));
    }
  });
});

describe('what a reference means', () => {
  it('is the object of that number, in every revision, the last one first', async () => {
    const file = await open('1 0 obj 10 endobj 2 0 obj 20 endobj 1 0 obj 11 endobj 1 1 obj 12 endobj');
    expect(await file.candidates(1)).toEqual([12, 11, 10]);
    expect(await file.meanings(new PdfReference(1))).toEqual([12, 11, 10]);
    expect(await file.meanings(new PdfReference(2))).toEqual([20]);
  });

  it('is null where there is none, and itself where it is no reference', async () => {
    const file = await open('1 0 obj endobj');
    expect(await file.meanings(new PdfReference(7))).toEqual([null]);
    expect(await file.meanings(new PdfReference(1))).toEqual([null]);
    expect(await file.meanings(5)).toEqual([5]);
  });

  it('may be in an object stream, which comes after those in the file', async () => {
    const file = await open('1 0 obj 10 endobj');
    file.compressed = async (number) => (number < 3 ? number * 100 : undefined);
    expect(await file.candidates(1)).toEqual([10, 100]);
    expect(await file.candidates(2)).toEqual([200]);
    expect(await file.candidates(3)).toEqual([]);
  });

  it('may be a reference again', async () => {
    const file = await open('1 0 obj 2 0 R endobj 2 0 obj 3 0 R endobj 3 0 obj 30 endobj 3 0 obj 31 endobj');
    expect(await file.meanings(new PdfReference(1))).toEqual([31, 30]);
  });

  it('is null where it leads nowhere but on', async () => {
    const file = await open('1 0 obj 1 0 R endobj');
    expect(await file.meanings(new PdfReference(1))).toEqual([null]);
    const chain = (length: number) =>
      Array.from({ length }, (_, index) => `${index + 1} 0 obj ${index + 2} 0 R endobj `).join('');
    const steps = async (length: number) =>
      (await open(`${chain(length)}${length + 1} 0 obj 7 endobj`)).meanings(new PdfReference(1));
    expect(await steps(8)).toEqual([7]);
    expect(await steps(9)).toEqual([null]);
  });

  it('is at most eight of many', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `1 0 obj ${index} endobj `).join('');
    expect(await (await open(many)).candidates(1)).toEqual([19, 18, 17, 16, 15, 14, 13, 12]);
    const file = await open(`${'2 0 obj 1 0 R endobj '.repeat(3)}${many}`);
    expect(await file.meanings(new PdfReference(2))).toHaveLength(8);
  });
});

describe('without references', () => {
  it('a value is what they mean, at any depth', async () => {
    const file = await open('1 0 obj[2 0 R<</A 3 0 R/B 9 0 R>>]endobj 2 0 obj/Two endobj 3 0 obj[2 0 R 3]endobj');
    const inner = new PdfDictionary();
    inner.set('A', [new PdfName('Two'), 3]);
    inner.set('B', null);
    const resolved = await file.resolved(new PdfReference(1));
    expect(resolved).toEqual([new PdfName('Two'), expect.any(PdfDictionary)]);
    const [, dictionary] = resolved as [unknown, PdfDictionary];
    expect(dictionary.keys()).toEqual(['A', 'B']);
    expect([dictionary.get('A'), dictionary.get('B')]).toEqual([[new PdfName('Two'), 3], null]);
  });

  it('a value that holds itself ends somewhere', async () => {
    const file = await open('1 0 obj[1 0 R]endobj');
    let depth = 0;
    for (let value = await file.resolved(new PdfReference(1)); Array.isArray(value); [value = null] = value) depth += 1;
    expect(depth).toBe(9);
  });

  it('only so many elements and entries are looked at', async () => {
    const entries = Array.from({ length: 70 }, (_, index) => `/K${index} ${index}`).join('');
    const file = await open(`1 0 obj[${'7 '.repeat(70)}]endobj 2 0 obj<<${entries}>>endobj`);
    expect(await file.resolved(new PdfReference(1))).toHaveLength(64);
    expect((await file.resolved(new PdfReference(2))) as PdfDictionary).toMatchObject({});
    expect(((await file.resolved(new PdfReference(2))) as PdfDictionary).keys()).toHaveLength(64);
  });
});

it('finds the object before an offset', async () => {
  const file = await open('1 0 obj 2 0 obj');
  expect([0, 4, 5, 12, 13, 100].map((offset) => file.objectBefore(offset))).toEqual([-1, -1, 0, 0, 1, 1]);
});

it('does not parse the same again and again without end', async () => {
  const file = await open(Buffer.alloc(MiB));
  file.spend(64 * MiB + 32 * MiB);
  expect(() => file.spend(1)).toThrow(expect.objectContaining({ finding: 'limits-exceeded:time' }));
  const other = await open(' '.repeat(MiB));
  const parse = async () => {
    for (let turn = 0; turn < 200; turn++) await other.valueAt(0);
  };
  await expect(parse()).rejects.toMatchObject({ finding: 'limits-exceeded:time' });
});
