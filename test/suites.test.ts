import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SUITES, suitesOf } from './suites.js';
import { ImportGraph } from './support/related-tests.ts';

const ROOT = join(import.meta.dirname, '..');
const files = globSync('test/**/*.test.ts', { cwd: ROOT });
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Readonly<Record<string, string>> };

describe('the suites', () => {
  it('have each test file once', () => {
    expect(files.filter((file) => suitesOf(file).length > 1)).toEqual([]);
    expect(files.filter((file) => suitesOf(file).length === 0).length).toBeGreaterThan(300);
  });

  it.each(Object.entries(SUITES).flatMap(([name, patterns]) => patterns.map((pattern) => [name, pattern])))(
    '%s finds files by %s, and by each name in it',
    (_, pattern = '') => {
      const [, before, names = '', after] = /^([^{]*)\{(.*)\}([^}]*)$/.exec(pattern) ?? [];
      const each = before === undefined ? [pattern] : names.split(',').map((name) => `${before}${name}${after}`);
      expect(each.filter((one) => globSync(one, { cwd: ROOT }).length === 0)).toEqual([]);
    },
  );
});

describe('npm test', () => {
  // What starts a process fails there by itself: test/support/runner/forbid-processes.ts. A synthesis can come from the cache.
  it('synthesizes nothing', () => {
    const synthesizing = new ImportGraph(ROOT, 'loaded').importersOf(['local/stack/synthesis.ts']);
    const usesCdk = (file: string) => /^import (?!type ).*'aws-cdk-lib/m.test(readFileSync(join(ROOT, file), 'utf8'));
    const others = files.filter((file) => suitesOf(file).length === 0);
    expect(others.filter((file) => synthesizing.has(file) || usesCdk(file))).toEqual([]);
  });
});

describe('commands', () => {
  const suites = Object.keys(SUITES).map((name) => `npm run test:${name}`);
  const all = ['npm test', ...suites];
  const missingIn = (file: string, commands: readonly string[]) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return commands.filter((command) => !new RegExp(`${command}(?![\\w:])`).test(text));
  };

  it('exist for every suite', () => {
    const missing = Object.keys(SUITES).filter((name) => !scripts[`test:${name}`]?.includes('/jest.config.js'));
    expect(missing).toEqual([]);
  });

  it.each(['README.md', 'docs/testing.md'])('are all in %s', (file) => {
    expect(missingIn(file, all)).toEqual([]);
  });

  it.each(['.ci/run', 'CONTRIBUTING.md'])('that need no browser of the user’s are all in %s', (file) => {
    expect(
      missingIn(
        file,
        all.filter((command) => command !== 'npm run test:browser'),
      ),
    ).toEqual([]);
  });
});
