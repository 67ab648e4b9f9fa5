import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { clientLines } from '../../../local/output/client-lines.ts';

it('the page on clients has the lines that are printed', () => {
  const page = readFileSync('docs/local-clients.md', 'utf8');
  expect(page).toContain(clientLines('http://127.0.0.1:4572', 'uploads').join('\n'));
});
