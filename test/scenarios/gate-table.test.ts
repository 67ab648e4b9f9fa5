import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseSync } from '@swc/core';
import { ROOT } from '../../local/stack/synthesis.ts';
import { ATTACKS } from '../support/gate/attacks.ts';

/** Compares the table of docs/security.md with the tests it names. */
const DOCUMENTED = "by AWS's documentation";
const [, section = ''] = /^## Attacks$(.*?)^## /ms.exec(readFileSync(join(ROOT, 'docs/security.md'), 'utf8')) ?? [];
/** **P** `path`: the letters that stand for files. */
const letters = new Map(
  [...section.matchAll(/\*\*([A-Z])\*\*\s+`([^`]+)`/g)].map(([, letter, path]) => [letter, path]),
);
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| attack |'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, attack = '', stoppedBy = '', provedBy = '']) => ({ attack, stoppedBy, provedBy }));
const testFiles = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' });

/** `P "title", "title"` or `` `file.test.ts` "title"``, separated by semicolons. */
function proofsIn(cell: string): { readonly path: string; readonly title: string }[] {
  return cell
    .split(/; (?=[A-Z] "|`)/)
    .filter((part) => part !== DOCUMENTED)
    .flatMap((part) => {
      const [, letter, file, titles = ''] = /^(?:([A-Z])|`([^`]+)`) ("[^"]+"(?:, "[^"]+")*)$/.exec(part) ?? [];
      const path =
        letters.get(letter) ?? testFiles.map((name) => `test/${name}`).find((name) => `/${name}`.endsWith(`/${file}`));
      if (path === undefined) throw new Error(`${part}: neither ${DOCUMENTED} nor a test and its title`);
      return titles
        .slice(1, -1)
        .split('", "')
        .map((title) => ({ path, title }));
    });
}

/** Every title a file gives to a test or a group of them, and every text in the tables of `each`. */
function titlesIn(path: string): Set<string> {
  const titles = new Set<string>();
  const visit = (node: unknown, told: boolean): void => {
    if (node === null || typeof node !== 'object') return;
    const { type, value, callee } = node as { type?: string; value?: unknown; callee?: unknown };
    if (type === 'StringLiteral' && told) titles.add(String(value));
    const tells = type === 'CallExpression' ? /^(it|test|describe)\b/.test(nameOf(callee)) : told;
    // The body of a test contains no titles.
    const inside = type === 'ArrowFunctionExpression' || type === 'FunctionExpression' ? false : tells;
    for (const child of Object.values(node)) visit(child, inside);
  };
  visit(parseSync(readFileSync(join(ROOT, path), 'utf8'), { syntax: 'typescript', target: 'es2024' }), false);
  // gate-command.test.ts has a group for each attack.
  if (path.endsWith('gate-command.test.ts')) for (const { title } of ATTACKS) titles.add(title);
  return titles;
}

/** `it` of `it(…)`, `it.each(…)(…)`. */
function nameOf(callee: unknown): string {
  const { type, value, object, callee: inner } = callee as Record<string, unknown>;
  if (type === 'Identifier') return String(value);
  return object !== undefined || inner !== undefined ? nameOf(object ?? inner) : '';
}

describe('the table of attacks', () => {
  it('is there', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect([...letters.keys()]).toEqual(['P', 'C', 'G', 'I', 'T', 'S']);
  });

  it.each(rows.map(({ attack, provedBy }) => [attack, provedBy]))('%s', (_, provedBy) => {
    const proofs = proofsIn(provedBy);
    if (proofs.length === 0) expect(provedBy).toBe(DOCUMENTED);
    for (const { path, title } of proofs) expect([...titlesIn(path)]).toContain(title);
  });

  it('has a row for every attack that is tried', () => {
    const proved = new Set(rows.flatMap(({ provedBy }) => proofsIn(provedBy)).map(({ title }) => title));
    expect(ATTACKS.map(({ title }) => title).filter((title) => !proved.has(title))).toEqual([]);
  });

  it('names statements that the gate has', () => {
    const [policy, destination] = ['bucket', 'destination'].map((word) =>
      readFileSync(join(ROOT, `functions/domain/gate/${word}-policy.ts`), 'utf8'),
    );
    const trusted = readFileSync(join(ROOT, 'functions/domain/gate/trusted-statements.ts'), 'utf8');
    const quarantine = readFileSync(join(ROOT, 'infra/constructs/buckets/quarantine-bucket.ts'), 'utf8');
    const queues = readFileSync(join(ROOT, 'infra/constructs/closed-queue.ts'), 'utf8');
    const named = rows.flatMap(({ stoppedBy }) => [...stoppedBy.matchAll(/`(Deny\w+)`/g)].map(([, sid]) => sid));
    const all = `${policy}${destination}${trusted}${quarantine}${queues}`;
    // A number stands behind some.
    expect(named.filter((sid) => !new RegExp(`['\`]${sid}['$]`).test(all))).toEqual([]);
  });
});
