import { expect, it } from '@jest/globals';
import { bytes, duration } from '../../../../console/page/lib/format.ts';

it.each([
  [-5, '0 ms'],
  [37.4, '37 ms'],
  [999.6, '1.0 s'],
  [4210, '4.2 s'],
  [59_949, '59.9 s'],
  [59_999, '1 min 0 s'],
  [185_000, '3 min 5 s'],
  [7_440_000, '2 h 4 min'],
  [273_600_000, '3 d 4 h'],
])('%s ms is %s', (milliseconds, text) => expect(duration(milliseconds)).toBe(text));

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1200, '1.2 kB'],
  [68_000_000, '68 MB'],
  [2 ** 31, '2.1 GB'],
])('%s bytes are %s', (count, text) => expect(bytes(count)).toBe(text));
