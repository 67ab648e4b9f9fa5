import { expect, it } from '@jest/globals';
import { reported } from '../targets.ts';
import { amount, tableOf } from './table.ts';

const results = [
  reported('engine', {
    name: 'speed',
    figure: 0.653,
    unit: '',
    reference: { what: 'raw clamd', value: 410.2, unit: 'objects/s' },
    target: { atLeast: 0.7 },
  }),
  reported('uploads', { name: 'p50', figure: 41.27, unit: 'ms', target: { atMost: 60 } }),
  reported('uploads', { name: 'beside', figure: 3, unit: 'MB' }),
];

it('shows each figure with its reference, its target and whether it is met', () => {
  expect(tableOf(results)).toBe(
    [
      'benchmark  what     figure  reference                  target',
      '---------  ------  -------  -----------------------  --------  ----',
      'engine     speed      0.65  410 objects/s raw clamd   >= 0.70  MISS',
      'uploads    p50     41.3 ms                           <= 60 ms  pass',
      'uploads    beside     3 MB',
    ].join('\n'),
  );
});

it.each<[number, string, string]>([
  [0, '', '0'],
  [0.6549, '', '0.65'],
  [41.27, 'ms', '41.3 ms'],
  [2000, 'uploads', '2,000 uploads'],
  [1234.5, 'ms', '1,235 ms'],
  [-3.456, 'MB', '-3.46 MB'],
  [Number.NaN, 'ms', 'NaN ms'],
])('%d %s is shown as %s', (value, unit, text) => {
  expect(amount(value, unit)).toBe(text);
});
