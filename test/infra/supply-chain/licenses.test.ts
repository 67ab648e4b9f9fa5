import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Component } from '../../../infra/supply-chain/cyclonedx.ts';
import { LICENSE_EXCEPTIONS, licenseFault } from '../../../infra/supply-chain/licenses.ts';

const DEVELOPMENT = [{ name: 'cdx:npm:package:development', value: 'true' }];

function component(name: string, license: string | undefined, development = false): Component {
  const licenses = /[ (]/.test(license ?? '') ? [{ expression: license ?? '' }] : [{ license: { id: license ?? '' } }];
  return {
    'bom-ref': name,
    type: 'library',
    name,
    version: '1.0.0',
    ...(license !== undefined && { licenses }),
    properties: development ? DEVELOPMENT : [],
  };
}

describe('The license of a package', () => {
  it.each([
    ['any', 'MIT'],
    ['any', 'Apache-2.0 AND MIT'],
    ['any', '(MIT OR GPL-3.0-or-later)'],
    ['any', '(BSD-2-Clause OR MIT OR Apache-2.0)'],
  ])('%s: %s is allowed', (name, license) => {
    expect(licenseFault(component(name, license))).toBeUndefined();
  });

  it.each([
    ['any', 'GPL-3.0-only', 'any@1.0.0: GPL-3.0-only is not allowed'],
    ['any', 'AGPL-3.0-or-later', 'any@1.0.0: AGPL-3.0-or-later is not allowed'],
    ['any', 'MIT AND GPL-2.0-only', 'any@1.0.0: MIT AND GPL-2.0-only is not allowed'],
    ['any', undefined, 'any@1.0.0: no license that SPDX knows is not allowed'],
    ['caniuse-lite', 'CC-BY-SA-4.0', 'caniuse-lite@1.0.0: CC-BY-SA-4.0 is not its exception’s CC-BY-4.0'],
  ])('%s: %s is not', (name, license, fault) => {
    expect(licenseFault(component(name, license))).toBe(fault);
  });

  it('may be AGPL for the named packages, in development only', () => {
    const [name, license] = ['@cloud-copilot/iam-simulate', 'AGPL-3.0-or-later'];
    expect(licenseFault(component(name, license, true))).toBeUndefined();
    expect(licenseFault(component(name, license))).toMatch(/for development only$/);
  });
});

describe('npm run licenses', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['infra/supply-chain/print-licenses.ts'], {
    encoding: 'utf8',
  });
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  const nameOf = ([, versioned = '']: readonly string[]) => versioned.replace(/@[^@]*$/, '');

  it('finds nothing but allowed licenses and named exceptions', () => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(rows.length).toBeGreaterThan(500);
    expect(rows.filter(([license]) => license === 'unknown')).toEqual([]);
  });

  it('needs every exception', () => {
    const names = rows.map(nameOf);
    const unneeded = LICENSE_EXCEPTIONS.filter(
      ({ packages }) => !names.some((name) => (typeof packages === 'string' ? packages === name : packages.test(name))),
    );
    expect(unneeded).toEqual([]);
  });

  it.each(['NOTICE', 'README.md'])('agrees with %s on the packages under the AGPL', (file) => {
    const text = readFileSync(file, 'utf8');
    const agpl = rows.filter(([license = '']) => license.startsWith('AGPL'));
    expect(agpl).toHaveLength(3);
    for (const row of agpl) expect(text).toContain(nameOf(row));
  });
});
