import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { debianPackage, debianPackages } from '../../../infra/supply-chain/debian-packages.ts';

const root = mkdtempSync(join(tmpdir(), 'debian-test-'));
afterAll(() => rmSync(root, { recursive: true }));

const record = (name: string, version: string, source = '') =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\n${source}Version: ${version}\nDescription: a\n Version: 9\n`;

describe('The Debian packages of an image', () => {
  it('are read from its records, in order', () => {
    mkdirSync(join(root, 'etc'));
    mkdirSync(join(root, 'var/lib/dpkg/status.d'), { recursive: true });
    writeFileSync(join(root, 'etc/os-release'), 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n');
    const records = {
      libclamav12: record('libclamav12', '1.4.6+dfsg-0+deb12u1', 'Source: clamav\n'),
      base: record('base', '1'),
    };
    for (const [name, text] of Object.entries(records)) writeFileSync(join(root, 'var/lib/dpkg/status.d', name), text);
    expect(debianPackages(root)).toMatchObject([
      { name: 'base', version: '1', purl: 'pkg:deb/debian/base@1?arch=amd64&distro=debian-12' },
      {
        name: 'libclamav12',
        version: '1.4.6+dfsg-0+deb12u1',
        purl: 'pkg:deb/debian/libclamav12@1.4.6%2Bdfsg-0%2Bdeb12u1?arch=amd64&distro=debian-12',
        properties: [{ value: 'clamav' }],
      },
    ]);
  });

  it('are not made up', () => {
    expect(() => debianPackage('Package: a\n', 'debian-12')).toThrow('not a record of dpkg: "Package: a\\n"');
    expect(() => debianPackages(join(root, 'none'))).toThrow('ENOENT');
  });

  it('are named by their source, where that has another version, too', () => {
    const { properties } = debianPackage(record('libstdc++6', '12.2.0-14', 'Source: gcc-12 (12.2.0-1)\n'), 'debian-12');
    expect(properties).toEqual([{ name: 's3-airlock:debian:source', value: 'gcc-12' }]);
  });
});
