import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { PRICES } from '../../../../functions/domain/cost/prices.ts';

const THOUSAND = 1000;

it.each([
  ['S3 LIST, PUT', PRICES.s3.writeRequest * THOUSAND],
  ['S3 LIST, PUT', PRICES.s3.listRequest * THOUSAND],
  ['S3 GET, HEAD, tags', PRICES.s3.readRequest * THOUSAND],
  ['Step Functions, STANDARD', PRICES.stepFunctions.stateTransition * THOUSAND],
  ['Lambda, x86', PRICES.lambda.gbSecond.x86_64],
])('docs/rescans.md has the price of %s', (line, price) => {
  const row = readFileSync('docs/rescans.md', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`| ${line} |`));
  expect(Number(row?.match(/\$([\d.]+)/)?.[1])).toBeCloseTo(price, 12);
});
