import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InteractiveShell, isInstalled } from '../../support/interactive-shell.ts';

/** What is typed before Tab and Enter, and what the command then gets. */
const COMPLETED: readonly [string, string[]][] = [
  ['--local resc', ['--local', 'rescan']],
  ['waiting --output=j', ['waiting', '--output=json']],
  ['logs "s3://my bucket/a=b" --vers', ['logs', 's3://my bucket/a=b', '--version-id']],
  // Where the command has nothing to offer, a file.
  ['definitions exempt rece', ['definitions', 'exempt', 'received']],
];
const NEVER = 'made-by-tab';
/** Words that a shell would run, were they put together to a command again. */
const HOSTILE: readonly string[] = [
  `status 's3://b/$(touch ${NEVER})' --js`,
  `status s3://b/$(touch ${NEVER}) --js`,
  `status 's3://b/$(touch ${NEVER})`,
  `status "s3://b/a;touch ${NEVER};"`,
  `status '--x$(touch ${NEVER})='`,
  `status '--x;touch ${NEVER};=`,
];
/** zsh itself expands the word at the cursor at Tab, of any command: its widget is named expand-or-complete. */
const HOSTILE_AT_CURSOR: readonly string[] = [
  `status s3://b/$(touch ${NEVER})`,
  `status "s3://b/\`touch ${NEVER}\``,
  `status --x$(touch ${NEVER})=`,
];

const SHELLS = ['bash', 'zsh', 'fish'].map((name) => ({
  name,
  run: name === 'bash' || isInstalled(name) ? it : it.skip,
}));

describe.each(SHELLS)('$name', ({ name: program, run }) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'airlock-shell-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  run(
    'completes commands, options, values and files',
    async () => {
      const shell = new InteractiveShell(folder, program, 'airlock');
      expect(await shell.tabAndEnter(COMPLETED.map(([typed]) => typed))).toEqual(COMPLETED.map(([, words]) => words));
    },
    60_000,
  );

  run(
    'completes the command of the package',
    async () => {
      const shell = new InteractiveShell(folder, program, 's3-airlock');
      expect(await shell.tabAndEnter(['resc'])).toEqual([['rescan']]);
    },
    60_000,
  );

  run(
    'does not run what is on the line',
    async () => {
      await new InteractiveShell(folder, program, 'airlock').tab(
        program === 'zsh' ? HOSTILE : [...HOSTILE, ...HOSTILE_AT_CURSOR],
      );
      expect(existsSync(join(folder, NEVER))).toBe(false);
    },
    60_000,
  );
});
