import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  PredictorDecoder,
  type PredictorParameters,
} from '../../../../../functions/domain/containers/pdf/predictor-decoder.ts';
import { decodeInPieces } from '../../../../support/decode-in-pieces.ts';

const decode = (parameters: PredictorParameters, bytes: Buffer, sizes?: number[]) =>
  decodeInPieces(new PredictorDecoder(parameters), bytes, sizes).content;

const parameters = fc.record({
  colors: fc.integer({ min: 1, max: 5 }),
  bitsPerComponent: fc.constantFrom(1, 2, 4, 8, 16),
  columns: fc.integer({ min: 1, max: 20 }),
});
const rowBytes = ({ colors, bitsPerComponent, columns }: Omit<PredictorParameters, 'predictor'>) =>
  Math.ceil((colors * bitsPerComponent * columns) / 8);
const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 3 });
const data = fc.uint8Array({ maxLength: 500, size: 'max' }).map((bytes) => Buffer.from(bytes));

/** As the PNG specification says, one row after another, each of the next of these types. */
function pngEncoded(content: Buffer, row: number, pixel: number, types: readonly number[]): Buffer {
  const out: number[] = [];
  for (let start = 0, turn = 0; start < content.length; start += row, turn++) {
    const type = types[turn % types.length] ?? 0;
    out.push(type);
    for (let x = 0; x < Math.min(row, content.length - start); x++) {
      const at = (left: number, up: number) => (x < left || start < up ? 0 : (content[start + x - left - up] ?? 0));
      const [a, b, c] = [at(pixel, 0), at(0, row), x < pixel || start < row ? 0 : at(pixel, row)];
      const guess = a + b - c;
      const paeth = [a, b, c].reduce((best, one) => (Math.abs(guess - one) < Math.abs(guess - best) ? one : best));
      out.push(((content[start + x] ?? 0) - ([0, a, b, Math.floor((a + b) / 2), paeth][type] ?? 0)) & 0xff);
    }
  }
  return Buffer.from(out);
}

describe("PNG's", () => {
  it.each([10, 12, 15])('prediction %d is undone, row by row as each row says', (predictor) => {
    fc.assert(
      fc.property(
        parameters,
        data,
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 20, size: 'max' }),
        sizes,
        (own, content, types, pieces) => {
          const pixel = Math.ceil((own.colors * own.bitsPerComponent) / 8);
          const encoded = pngEncoded(content, rowBytes(own), pixel, types);
          expect(decode({ predictor, ...own }, encoded, pieces).equals(content)).toBe(true);
        },
      ),
    );
  });

  it('types that do not exist predict nothing', () => {
    const own = { predictor: 15, colors: 1, bitsPerComponent: 8, columns: 2 };
    expect(decode(own, Buffer.from([2, 1, 1, 5, 7, 8, 255, 9, 9]))).toEqual(Buffer.from([1, 1, 7, 8, 9, 9]));
  });

  it('row without bytes is none', () => {
    const own = { predictor: 15, colors: 1, bitsPerComponent: 8, columns: 2 };
    expect(decode(own, Buffer.from([0, 1, 2, 0]))).toEqual(Buffer.from([1, 2]));
  });
});

/** Components of a row, from the highest bit. */
function components(row: Buffer, bits: number): number[] {
  const text = [...row].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: Math.floor(text.length / bits) }, (_, index) =>
    Number.parseInt(text.slice(index * bits, (index + 1) * bits), 2),
  );
}

function tiffEncoded(content: Buffer, row: number, colors: number, bits: number): Buffer {
  const rows: Buffer[] = [];
  for (let start = 0; start < content.length; start += row) {
    const own = content.subarray(start, start + row);
    const values = components(own, bits);
    const text = values
      .map((value, index) => (value - (values[index - colors] ?? 0)) & (2 ** bits - 1))
      .map((value) => value.toString(2).padStart(bits, '0'))
      .join('');
    const coded = (text.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
    // Half a component stays as it is.
    rows.push(Buffer.from([...coded, ...own.subarray(coded.length)]));
  }
  return Buffer.concat(rows);
}

it("TIFF's prediction is undone", () => {
  fc.assert(
    fc.property(parameters, data, sizes, (own, content, pieces) => {
      const encoded = tiffEncoded(content, rowBytes(own), own.colors, own.bitsPerComponent);
      expect(decode({ predictor: 2, ...own }, encoded, pieces).equals(content)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('rows come out when they are complete, the rest at the end', () => {
  const decoder = new PredictorDecoder({ predictor: 2, colors: 1, bitsPerComponent: 8, columns: 4 });
  expect(decoder.push(Buffer.from([1, 1, 1]))).toEqual([]);
  expect(decoder.push(Buffer.from([1, 2, 2]))).toEqual([Buffer.from([1, 2, 3, 4])]);
  expect(decoder.end()).toEqual([Buffer.from([2, 4])]);
  expect(decoder.consumed).toBeNull();
});

it('ends with nothing where there is nothing left', () => {
  const own = { colors: 1, bitsPerComponent: 8, columns: 1 };
  for (const predictor of [2, 10]) expect(new PredictorDecoder({ predictor, ...own }).end()).toEqual([]);
});

it('colors and columns that cannot be are one', () => {
  const bytes = Buffer.from([1, 1, 1, 1, 1]);
  for (const [colors, columns] of [
    [0, 5],
    [-3, 5],
    [1, 5],
  ] as const) {
    expect(decode({ predictor: 2, colors, bitsPerComponent: 8, columns }, bytes)).toEqual(Buffer.from([1, 2, 3, 4, 5]));
  }
  for (const columns of [0, -5, 1]) {
    expect(decode({ predictor: 2, colors: 1, bitsPerComponent: 8, columns }, bytes)).toEqual(bytes);
  }
});

it('a row may have 4 MiB, and no more', () => {
  const MiB = 1024 * 1024;
  const own = (columns: number) => ({ predictor: 10, colors: 1, bitsPerComponent: 8, columns });
  expect(() => new PredictorDecoder(own(4 * MiB))).not.toThrow();
  for (const columns of [4 * MiB + 1, 1e300, Number.POSITIVE_INFINITY, Number.NaN]) {
    expect(() => new PredictorDecoder(own(columns))).toThrow(
      expect.objectContaining({ finding: 'limits-exceeded:memory' }),
    );
  }
});
