import { afterEach, expect, it, jest } from '@jest/globals';
import type { ExecutionResult } from '../../../emulator/step-functions/execution.ts';
import { toScanRecord } from '../../../local/commands/scan-record.ts';
import { printScanLine } from '../../../local/output/scan-lines.ts';

afterEach(() => void jest.restoreAllMocks());

/** What is printed for an execution that ended with this outcome. */
function lineOf(outcome: object): string {
  let printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  const verdict = { status: 'CLEAN', finding: null, type: 'text/plain', definitions: '1' };
  const output = { detail: { object: { key: 'a.txt', size: 1 } }, verdict, outcome };
  const result = { status: 'SUCCEEDED', states: ['Notify'], output, ms: 3 } as unknown as ExecutionResult;
  printScanLine(toScanRecord(result), 'uploads');
  return printed;
}

it('says where a clean object was copied, or that it was not', () => {
  const copiedTo = { bucket: 'clean', key: 'in/a\u001b.txt', versionId: 'v' };
  expect(lineOf({ copiedTo })).toContain(' → s3://clean/in/a');
  expect(lineOf({ copiedTo })).not.toContain('a\u001b.txt');
  expect(lineOf({ copiedTo: null })).toContain(' not copied');
});

it('says nothing of copies where there are none', () => {
  expect(lineOf({})).toMatch(/ uploads\/a\.txt \S*text\/plain\S*\n$/);
});
