import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { airlock } from '../../support/airlock-command.ts';

/** What a shell gets at a Tab: the words, before a line with a directive. */
async function completed(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await airlock(['complete', '--', ...words]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').flatMap((line) => (line === '' || line.startsWith(':') ? [] : [line.split('\t')[0] ?? '']));
}

describe('a shell completes', () => {
  it.each([
    ['commands', ['resc'], ['rescan']],
    ['commands of a group', ['bucket-policy', 're'], ['remove']],
    ['options', ['rescan', '--strat'], ['--strategy']],
    ['options after files', ['hunt', 'mine.yara', '--ap'], ['--apply']],
    ['options of every command', ['waiting', '--prof'], ['--profile']],
    ['values', ['rescan', '--strategy', 'un'], ['unscanned']],
    ['values of every command', ['waiting', '--output', ''], ['table', 'json', 'csv']],
  ])('%s', async (_, words, expected) => {
    expect(await completed(...words)).toEqual(expected);
  });
});

describe('a script is printed', () => {
  it.each(['bash', 'zsh', 'fish'])('for %s', async (shell) => {
    const { code, stdout } = await airlock(['complete', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain(`# ${shell} completion for airlock`);
    expect(stdout).toContain('airlock complete --');
    if (shell === 'bash')
      expect(spawnSync('bash', ['-n'], { input: stdout, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  it('for no other shell', async () => {
    expect(await airlock(['complete', 'csh'])).toMatchObject({ code: 2, stderr: expect.stringContaining('fish') });
  });
});
