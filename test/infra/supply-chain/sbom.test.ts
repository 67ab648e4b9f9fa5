import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Component, Dependency } from '../../../infra/supply-chain/cyclonedx.ts';

interface Sbom {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
  readonly compositions: readonly { readonly aggregate: string }[];
}

function sbom(environment: NodeJS.ProcessEnv = {}): { readonly text: string; readonly said: string } {
  const { SOURCE_DATE_EPOCH: _, ...own } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['infra/supply-chain/print-sbom.ts'], {
    encoding: 'utf8',
    env: { ...own, ...environment },
  });
  expect(status).toBe(0);
  return { text: stdout, said: stderr };
}

const { text, said } = sbom();
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

  it('is the same every time, without a date or a number that is random', () => {
    expect(sbom().text).toBe(text);
    expect([serialNumber, metadata.timestamp]).toEqual([undefined, undefined]);
    expect(text).not.toContain(process.cwd());
  });

  it('has the date of SOURCE_DATE_EPOCH', () => {
    const dated = JSON.parse(sbom({ SOURCE_DATE_EPOCH: '1700000000' }).text) as Sbom;
    expect(dated.metadata.timestamp).toBe('2023-11-14T22:13:20.000Z');
  });

  it('says that the image’s Debian packages are missing without the image', () => {
    expect(said).toMatch(/Debian packages .* are missing: .*--image-root/);
    expect(compositions.map(({ aggregate }) => aggregate)).toEqual(['incomplete']);
  });

  it('is what npm’s own list of this folder is made of', () => {
    const list = JSON.parse(
      execFileSync('npm', ['ls', '--omit=dev', '--json', '--package-lock-only'], { encoding: 'utf8' }),
    );
    const top = Object.entries(list.dependencies as Record<string, { version: string }>);
    const all = new Set(components.map(({ name, version }) => `${name}@${version}`));
    expect(top.filter(([name, { version }]) => !all.has(`${name}@${version}`))).toEqual([]);
  });
});
