import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prepareDefinitions } from '../../../local/stack/definitions.ts';

let machine: string;
beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), 'machine-'));
});
afterEach(() => rmSync(machine, { recursive: true }));

describe('prepareDefinitions', () => {
  it('takes the folder it is given', async () => {
    expect(await prepareDefinitions('/mine', [machine])).toEqual({ directory: '/mine', warnings: [] });
  });

  it.each(['main.cvd', 'daily.cld', 'daily.cud'])("takes the machine's folder when it holds %s", async (name) => {
    writeFileSync(join(machine, name), '');
    expect(await prepareDefinitions(undefined, ['/missing', machine])).toEqual({ directory: machine, warnings: [] });
  });

  it('else makes a set that finds EICAR only, and says so', async () => {
    writeFileSync(join(machine, 'bytecode.cvd'), '');
    const { directory, warnings } = await prepareDefinitions(undefined, [machine]);
    expect(warnings).toEqual([expect.stringMatching(/only the EICAR test file is found/)]);
    expect(readdirSync(directory)).toEqual(['eicar.ndb']);
    expect(readFileSync(join(directory, 'eicar.ndb'), 'utf8')).toMatch(/^Eicar-Test-Signature:0:0:58354f[0-9a-f]+\n$/);
    rmSync(directory, { recursive: true });
  });
});
