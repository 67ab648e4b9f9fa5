import { globSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { build, stop } from 'esbuild';
import { ESBUILD_OPTIONS } from '../../../infra/esbuild-options.ts';
import { knownLicense } from '../../../infra/supply-chain/licenses.ts';
import { deployedOf, npmPackages } from '../../../infra/supply-chain/npm-packages.ts';

afterAll(stop);

/** Packages whose code is in what is deployed, as esbuild says. */
async function bundledPackages(): Promise<string[]> {
  const { metafile } = await build({
    ...ESBUILD_OPTIONS,
    mainFields: [...ESBUILD_OPTIONS.mainFields],
    external: [...ESBUILD_OPTIONS.external],
    banner: { js: ESBUILD_OPTIONS.banner },
    entryPoints: [...globSync('functions/handlers/*.ts'), 'functions/adapters/unpacking/seven-zip-worker.ts'],
    outdir: 'never-written',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    logLevel: 'silent',
  });
  const names = Object.keys(metafile.inputs).flatMap(
    (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

describe('The bundles of the functions', () => {
  it('hold only packages that the SBOM lists, none of them under the AGPL', async () => {
    const [bundled, all] = await Promise.all([bundledPackages(), npmPackages('.')]);
    const { components } = deployedOf(all);
    expect(bundled.length).toBeGreaterThan(20);
    const listed = new Map(components.map((component) => [component.name, component]));
    expect(bundled.filter((name) => !listed.has(name))).toEqual([]);
    const licenses = bundled.map((name) => [name, listed.get(name)] as const);
    expect(licenses.filter(([, found]) => found && /GPL/.test(knownLicense(found) ?? ''))).toEqual(
      licenses.filter(([name]) => name === '7z-wasm'),
    );
    expect(bundled.filter((name) => name.startsWith('@cloud-copilot/'))).toEqual([]);
  });
});
