import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { findingsTable } from '../../../infra/config/findings.ts';

it('docs/findings.md explains every finding as the code does', () => {
  expect(readFileSync('docs/findings.md', 'utf8')).toContain(findingsTable());
});
