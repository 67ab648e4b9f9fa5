import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Component, Dependency } from '../../../infra/supply-chain/cyclonedx.ts';

/** Bytes. */
const MAX_OUTPUT = 64_000_000;

interface Sbom {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
  readonly compositions: readonly { readonly aggregate: string }[];
}

const PRINT = 'infra/supply-chain/print-sbom.ts';
const { SOURCE_DATE_EPOCH: _, ...undated } = process.env;

const [plain, dated] = await Promise.all(
  [undated, { ...undated, SOURCE_DATE_EPOCH: '1700000000' }].map((env) =>
    promisify(execFile)(process.execPath, [PRINT], { env, maxBuffer: MAX_OUTPUT }),
  ),
);
const text = plain?.stdout ?? '';
const { serialNumber, metadata, components, dependencies, compositions } = JSON.parse(text) as Sbom;

describe('npm run sbom', () => {
  it('lists what is deployed of npm, with its licenses, and Node and 7-Zip', () => {
    const named = new Map(components.map((component) => [component.name, component]));
    const { dependencies: direct } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const name of [...Object.keys(direct), 'aws-lambda-ric']) expect(named.get(name)?.scope).toBe('required');
    expect(named.get('node')?.version).toBe(process.versions.node);
    expect(named.get('7-zip')?.version).toBe('24.09');
    expect(components.filter(({ licenses = [] }) => licenses.length === 0)).toEqual([]);
  });

  it('lists no package of development, and names those that only build the runtime client', () => {
    const names = components.map(({ name }) => name);
    expect(names).not.toContain('jest');
    expect(names).toEqual(expect.arrayContaining(['@aws-sdk/client-s3', '@aws-sdk/core']));
    expect(names.filter((name) => name.startsWith('@cloud-copilot/'))).toEqual([]);
    expect(components.find(({ name }) => name === 'node-gyp')?.scope).toBe('excluded');
  });

  it('links only components that it lists, from the application down', () => {
    const refs = new Set([metadata.component['bom-ref'], ...components.map((component) => component['bom-ref'])]);
    expect(
      dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]).filter((ref) => !refs.has(ref)),
    ).toEqual([]);
    expect(new Set(dependencies.map(({ ref }) => ref))).toEqual(refs);
    expect(refs.size).toBe(components.length + 1);
  });

  it('is the same every time but for the date of SOURCE_DATE_EPOCH, without a number that is random', () => {
    const { metadata: when, ...rest } = JSON.parse(dated?.stdout ?? '') as Sbom;
    expect(when.timestamp).toBe('2023-11-14T22:13:20.000Z');
    expect({ ...rest, metadata: { component: when.component } }).toEqual(JSON.parse(text));
    expect([serialNumber, metadata.timestamp]).toEqual([undefined, undefined]);
    expect(text).not.toContain(process.cwd());
  });

  it('says that the image’s Debian packages are missing without the image', () => {
    expect(plain?.stderr).toMatch(/Debian packages .* are missing: .*--image-root/);
    expect(compositions.map(({ aggregate }) => aggregate)).toEqual(['incomplete']);
  });
});
