import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SCAN_STATUSES } from '../../functions/domain/verdict.ts';

/** The page for Rails quotes the example, which npm run test:rails runs. */
const PAGE = 'docs/integrations/rails-active-storage.md';
const EXAMPLE = 'examples/rails';
const page = readFileSync(PAGE, 'utf8');
const files = readdirSync(EXAMPLE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const sources = files.map((path) => readFileSync(path, 'utf8'));
const quoted = [...page.matchAll(/^```(?:ruby|yaml)\n(.*?)^```$/gms)].map(([, code = '']) => code);

it('quotes code', () => expect(quoted.length).toBeGreaterThan(6));

it.each(quoted)('quotes what a file of the example has: %s', (code) => {
  expect(sources.filter((source) => source.includes(code))).toHaveLength(1);
});

it('names files that the example has', () => {
  const named = [...page.matchAll(/`((?:app|config|db)\/[\w./-]+)`/g)].map(([, path = '']) => join(EXAMPLE, path));
  expect(named.length).toBeGreaterThan(6);
  expect(named.filter((path) => !files.includes(path))).toEqual([]);
});

describe('the example', () => {
  const verdicts = readFileSync(join(EXAMPLE, 'app/models/scan_verdict.rb'), 'utf8');
  const statuses = readFileSync(join(EXAMPLE, 'app/models/scanned.rb'), 'utf8');
  const words = readFileSync(join(EXAMPLE, 'config/locales/en.yml'), 'utf8');

  it.each([...SCAN_STATUSES])('knows the verdict %s', (status) => {
    expect(verdicts).toContain(`"${status}" => :${status.toLowerCase()}`);
  });

  it('has a sentence for every status', () => {
    const all = [...statuses.matchAll(/^ {4}(\w+): "/gm)].map(([, status = '']) => status);
    expect(all.length).toBeGreaterThan(SCAN_STATUSES.length);
    expect(all.filter((status) => !words.includes(`    ${status}: `))).toEqual([]);
  });
});
