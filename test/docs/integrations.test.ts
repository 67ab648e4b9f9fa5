import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const FOLDER = 'docs/integrations';
const pages = readdirSync(FOLDER)
  // Its files are not all in examples/.
  .filter((name) => name.endsWith('.md') && !name.startsWith('rails'))
  .map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));
const examples = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'examples'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .map((path) => readFileSync(path, 'utf8'));

const withoutIndent = (text: string) => text.replaceAll(/^[ \t]+/gm, '').trim();
const blocksIn = (text: string) =>
  [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', block = '']) => ({ language, block }));

describe.each(pages)('$name', ({ name, text }) => {
  it('has only code that an example has', () => {
    const code = blocksIn(text).filter(({ language }) => !['sh', 'mermaid'].includes(language));
    const invented = code.filter(
      ({ block }) => !examples.some((each) => withoutIndent(each).includes(withoutIndent(block))),
    );
    expect(invented).toEqual([]);
  });

  it('is in the index and in the README', () => {
    if (name !== 'README.md') expect(readFileSync(join(FOLDER, 'README.md'), 'utf8')).toContain(`(${name})`);
    expect(readFileSync('README.md', 'utf8')).toContain(`(${FOLDER}/${name})`);
  });
});

it('the table of refusals and failures names each code of the upload ticket', () => {
  const page = readFileSync(join(FOLDER, 'upload-ticket.md'), 'utf8');
  const sources = ['clients/upload/protocol.ts', 'clients/upload/browser/upload-failed.ts'].map((path) =>
    readFileSync(path, 'utf8'),
  );
  const refusals = /REFUSALS = \[(.*?)\]/s.exec(sources[0] ?? '')?.[1] ?? '';
  const faults = /type Fault =(.*?);/s.exec(sources[1] ?? '')?.[1] ?? '';
  const codes = [...`${refusals}${faults}`.matchAll(/'([a-z-]+)'/g)].map(([, code = '']) => code);
  expect(codes.length).toBeGreaterThan(10);
  // Only who calls the server by hand meets it.
  const documented = codes.filter((code) => code !== 'not-found');
  expect(documented.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

it('each option of the server has a row', () => {
  const page = readFileSync(join(FOLDER, 'upload-ticket.md'), 'utf8');
  const options = /interface UploadsOptions \{(.*?)^\}/ms.exec(readFileSync('clients/upload/uploads.ts', 'utf8'))?.[1];
  const names = [...(options ?? '').matchAll(/readonly (\w+)\??:/g)].map(([, option = '']) => option);
  expect(names).toContain('secret');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  expect(names.filter((option) => !rows.some((row) => row.split(' | ')[0]?.includes(`\`${option}\``)))).toEqual([]);
});
