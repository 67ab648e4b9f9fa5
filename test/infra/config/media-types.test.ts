import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { mediaTypesTable } from '../../../infra/config/media-types.ts';

it('docs/media-types.md lists every type, extension and other name as the code has them', () => {
  expect(readFileSync('docs/media-types.md', 'utf8')).toContain(mediaTypesTable());
});
