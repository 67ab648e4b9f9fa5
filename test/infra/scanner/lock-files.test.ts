import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  /** Inside the archive of another package, whose hash covers it. */
  readonly inBundle?: boolean;
}

const packagesOf = (folder: string) => {
  const { packages } = JSON.parse(readFileSync(`${folder}/package-lock.json`, 'utf8'));
  const { '': _, ...installed } = packages as Record<string, Locked>;
  return installed;
};

const DOCKERFILE = readFileSync('infra/scanner/Dockerfile', 'utf8');

describe('What npm installs in the scanner’s image', () => {
  it('comes from lock files only', () => {
    expect(DOCKERFILE).not.toMatch(/npm (?:i|install|add|exec)\b|\bnpx\b/);
    expect(DOCKERFILE.match(/npm ci\b/g)).toHaveLength(3);
  });

  it.each(['infra/scanner/runtime', 'infra/scanner/bundler'])('is checked by a hash: %s', (folder) => {
    const packages = Object.entries(packagesOf(folder));
    expect(packages.length).toBeGreaterThan(1);
    expect(packages.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))).toEqual([]);
  });

  it('is checked by a hash: the packages of the functions', () => {
    const deployed = Object.entries(packagesOf('.')).filter(([, { dev }]) => dev !== true);
    expect(deployed.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))).toEqual([]);
  });

  it('is exactly what package.json names', () => {
    for (const folder of ['infra/scanner/runtime', 'infra/scanner/bundler']) {
      const { dependencies, devDependencies } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        expect(packagesOf(folder)[`node_modules/${name}`]?.version).toBe(version);
      }
    }
  });

  it('has the esbuild that the tests use', () => {
    const esbuild = 'node_modules/esbuild';
    expect(packagesOf('infra/scanner/bundler')[esbuild]).toEqual(
      expect.objectContaining({ integrity: packagesOf('.')[esbuild]?.integrity }),
    );
  });
});

describe('package-lock.json', () => {
  it('lacks a hash only of other platforms’ packages for development (decision 0006)', () => {
    const without = Object.entries(packagesOf('.')).filter(([, { integrity }]) => integrity === undefined);
    expect(without.filter(([, { dev, optional, inBundle }]) => !dev || !(optional || inBundle))).toEqual([]);
  });
});
