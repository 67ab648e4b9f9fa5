import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { ACTIVE_CONTENT_KINDS, OPENDOCUMENT_MACRO } from '../../../functions/domain/active-content.ts';
import { DANGEROUS_BINARY_TYPES } from '../../../functions/domain/file-type/types/dangerous-types.ts';

/** What a verdict in a rescan's answer may add, and an attribute that SNS filters by. */
const MAX_CHARACTERS = 256;

it('docs/file-types.md explains every name as the code does', () => {
  const rows = Object.entries(ACTIVE_CONTENT_KINDS).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  expect(readFileSync('docs/file-types.md', 'utf8')).toContain(rows.join('\n'));
});

it('all names together are short enough for one attribute, and sorted', () => {
  const names = Object.keys(ACTIVE_CONTENT_KINDS);
  expect(names.join(',').length).toBeLessThanOrEqual(MAX_CHARACTERS);
  expect(names).toEqual(names.toSorted());
});

it('an OpenDocument file with macros has a type that the allowlist may name', () => {
  expect(Object.keys(DANGEROUS_BINARY_TYPES)).toContain(OPENDOCUMENT_MACRO);
});
