import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const MAX_CELL = 200;

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsIn = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^#{1,6} /.test(line))
    .map((line) => anchorOf(line.replace(/^#+ /, '')));

describe.each(pages)('$path', ({ path, text }) => {
  it('links to files and headings that exist', () => {
    const broken: string[] = [];
    for (const [, link = '', anchor] of text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)) {
      if (/^(?:https?|mailto):/.test(link)) continue;
      const target = link === '' ? path : normalize(join(dirname(path), link));
      if (!existsSync(target)) broken.push(link);
      else if (anchor !== undefined && /\.md$/.test(target) && !anchorsIn(target).includes(anchor)) {
        broken.push(`${link}#${anchor}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('names paths of the repository that exist', () => {
    const named = text.matchAll(/`((?:cli|docs|emulator|functions|infra|local|statemachines|test)\/[\w./-]*\.\w+)`/g);
    expect([...named].map(([, file = '']) => file).filter((file) => !existsSync(file))).toEqual([]);
  });

  it('has an empty line before each heading', () => {
    const outside = text.replaceAll(/^```[\s\S]*?^```/gm, 'code');
    expect(outside.match(/^.+\n#{1,6} .*/gm) ?? []).toEqual([]);
  });

  it('has no table cell that is too long to read', () => {
    const cells = text
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .flatMap((line) => line.split(' | '));
    expect(cells.filter((cell) => cell.length > MAX_CELL + 2)).toEqual([]);
  });
});
