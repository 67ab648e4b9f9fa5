import { expect, it } from '@jest/globals';
import { annotationsExistIn } from '../../../infra/config/s3-annotations.ts';

it.each([
  ['us-east-1', true],
  ['eu-central-1', true],
  ['cn-north-1', true],
  ['cn-northwest-1', true],
  ['me-central-1', false],
  ['me-south-1', false],
  ['us-gov-west-1', false],
  ['us-gov-east-1', false],
  ['us-iso-east-1', false],
  ['eu-isoe-west-1', false],
  ['of-the-future-1', true],
])('S3 has annotations in %s: %s', (region, expected) => {
  expect(annotationsExistIn(region)).toBe(expected);
});
