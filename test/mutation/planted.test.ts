import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { PLANTED, plantedMutants } from './planted.ts';

it('finds every planted fault’s place in its file, so that all can be planted again', () => {
  expect(plantedMutants(join(import.meta.dirname, '../..'))).toHaveLength(PLANTED.length);
});
