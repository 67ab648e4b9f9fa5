import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { createPrivateFolder, removePrivateFolder } from '../../../../functions/adapters/process/private-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'private-folder-'));
afterAll(() => rmSync(parent, { recursive: true }));
afterEach(() => void jest.restoreAllMocks());

/** A process that is not running, or of another user, by the kernel's error. */
function answerWith(code: 'ESRCH' | 'EPERM'): void {
  jest.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error(code), { code });
  });
}

it.each([
  ['EPERM', 'leaves the folder of another user’s process', true],
  ['ESRCH', 'removes the folder of a process that has ended', false],
] as const)('on %s %s', (code, _, left) => {
  const theirs = `airlock-12345-scratch-${code}`;
  mkdirSync(join(parent, theirs));
  answerWith(code);
  const own = createPrivateFolder('scratch', parent);
  expect(readdirSync(parent).includes(theirs)).toBe(left);
  removePrivateFolder(own);
});
