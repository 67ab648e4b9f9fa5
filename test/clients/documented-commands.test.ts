import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from '@jest/globals';

/*
 * Commands for services that nothing here stands in for: the AWS CLI checks every option and value, and prints a made-up
 * answer without sending anything.
 */
const folder = mkdtempSync(join(tmpdir(), 'airlock-clients-'));
afterAll(() => rmSync(folder, { recursive: true }));
const CHECKED = 'aws() { /usr/bin/aws "$@" --generate-cli-skeleton output; }; export -f aws';
const ROLE = 'arn:aws:iam::000000000000:role/example';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:example';

async function check(script: string, cwd = folder): Promise<string> {
  const env = { PATH: '/usr/bin:/bin', HOME: folder, AWS_DEFAULT_REGION: 'us-east-1', SLACK_TOKEN: 'xoxb-1' };
  const { stdout } = await promisify(execFile)('/bin/bash', ['-euc', `${CHECKED}\n${script}`], { env, cwd });
  return stdout;
}

it('an option that does not exist is refused', async () => {
  await expect(check('aws events put-rule --nome x')).rejects.toMatchObject({
    stderr: expect.stringContaining('nome'),
  });
});

it('the script for Slack', async () => {
  expect(await check(`${resolve('examples/eventbridge-slack/create.sh')} ${ROLE} ${QUEUE}`)).toContain('RuleArn');
});

it('the script for Transfer Family', async () => {
  writeFileSync(join(folder, 'key.pub'), 'ssh-ed25519 AAAA');
  const script = resolve('examples/transfer-family/create-user.sh');
  expect(await check(`${script} s-01234567890abcdef ${ROLE} key.pub`)).toContain('UserName');
});

const folderOfPages = 'docs/integrations';
const commands = readdirSync(folderOfPages).flatMap((name) =>
  [...readFileSync(join(folderOfPages, name), 'utf8').matchAll(/^```sh\n(aws .*?)^```$/gms)].map(
    ([, block = '']) => [name, block] as const,
  ),
);

it.each(commands)('%s: %s', async (_, block) => {
  writeFileSync(join(folder, 'pattern.json'), readFileSync('examples/eventbridge-slack/pattern.json'));
  writeFileSync(join(folder, 'directories.json'), readFileSync('examples/transfer-family/directories.json'));
  const filled = block.replaceAll('TOPIC_ARN', 'arn:aws:sns:us-east-1:000000000000:example');
  expect(await check(`set -- s-01234567890abcdef ${ROLE}; key='ssh-ed25519 AAAA'\n${filled}`)).toContain('{');
});
