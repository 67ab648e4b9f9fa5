import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** An operator's job is a command, and no program that he copies out of a page. */
const PAGES = execFileSync('git', ['ls-files', 'docs/*.md', 'README.md'], { encoding: 'utf8' }).trim().split('\n');
const MAX_LINES = 2;
/** Jobs that have a command of their own. */
const OURS = /\baws (logs|sqs (receive-message|start-message-move-task)|stepfunctions)\b/;

/** The commands in the shell blocks of a page, each with its continued lines. */
function commandsIn(page: string): string[] {
  const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.split(/(?<![\\|])\n/)).filter((command) => command !== '');
}
const isTooLong = (command: string) =>
  /\baws\b/.test(command) && /\bjq\b/.test(command) && command.split('\n').length > MAX_LINES;

describe.each(PAGES)('%s', (path) => {
  const page = readFileSync(path, 'utf8');

  it('has no pipeline of aws and jq over more than two lines', () => {
    expect(commandsIn(page).filter(isTooLong)).toEqual([]);
  });

  it('calls the AWS CLI for no job that has a command', () => {
    expect(page.split('\n').filter((line) => OURS.test(line))).toEqual([]);
  });
});

it('finds such a pipeline', () => {
  const planted = '```sh\naws sqs list-queues |\n  jq .a |\n  jq .b\naws s3 ls\n```';
  expect(commandsIn(planted).filter(isTooLong)).toHaveLength(1);
});
