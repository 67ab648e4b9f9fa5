import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { describe, expect, it } from '@jest/globals';

/** Runs the start of the setup as a Node of that version would. */
function setupUnder(version: string) {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
  const args = ['--input-type=module', '-e', `${pretend} await import('${process.cwd()}/local/setup.mjs');`];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

describe('local/setup.mjs', () => {
  it.each(['12.22.12', '18.20.8', '19.9.0'])('says under Node %s which one is needed', (version) => {
    expect(setupUnder(version)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(`^setup: this is Node ${version}, and s3-airlock needs Node 20 or newer`),
      ),
    });
  });

  it('goes on under Node 20', () => {
    expect(setupUnder('20.0.0')).toMatchObject({ status: 1, stderr: expect.stringContaining('usage: ') });
  });

  it('holds no syntax that an old Node cannot read', () => {
    const source = readFileSync('local/setup.mjs', 'utf8');
    expect(source).not.toMatch(/\?\.|\?\?|^\s*(?:await|import [^(])|\bclass\b|[*|&?]{2}=/m);
  });

  it('and what it imports need no package: none is installed yet', () => {
    const files = readdirSync('local/setup').map((name) => readFileSync(`local/setup/${name}`, 'utf8'));
    const imported = files.flatMap((text) =>
      [...text.matchAll(/^import .* from '(.*)';$/gm)].map(([, name = '']) => name),
    );
    expect(imported.length).toBeGreaterThan(10);
    expect(imported.filter((name) => !name.startsWith('./') && !isBuiltin(name))).toEqual([]);
  });
});
