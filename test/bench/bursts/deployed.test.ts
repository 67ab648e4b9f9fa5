import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { synthesis } from '../../../local/stack/synthesis.ts';
import { overflowOf } from './express.ts';
import { parameters } from './fixture.ts';
import { parametersOf } from './parameters.ts';

const asl = (name: string) => JSON.parse(readFileSync(`statemachines/${name}.asl.json`, 'utf8'));

it('the simulation of the tests and of docs/scale.md is that of the deployed stack', async () => {
  expect(parametersOf(await synthesis({}), asl('scan-upload'))).toEqual(parameters);
  expect(overflowOf(asl('scan-upload-express')).maxAttempts).toBeGreaterThan(0);
});
