import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Listening, listenOnLoopback } from '../../emulator/http/loopback.ts';

/*
 * Commands for services that nothing here stands in for. The AWS CLI checks every option and value; then it prints a
 * made-up answer without sending anything, or, where its own made-up answer is not valid, gets one from this test.
 */
const folder = mkdtempSync(join(tmpdir(), 'airlock-clients-'));
const ROLE = 'arn:aws:iam::000000000000:role/example';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:example';
const SERVER_ID = 's-01234567890abcdef';
const sent: unknown[] = [];
let transfer: Listening;

beforeAll(async () => {
  // The pages name files by their path in the repository.
  symlinkSync(resolve('examples'), join(folder, 'examples'));
  const answer = JSON.stringify({ ServerId: SERVER_ID, UserName: 'acme' });
  transfer = await listenOnLoopback(
    createServer(async (request, response) => {
      sent.push(JSON.parse(await text(request)));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(answer);
    }),
  );
});
afterAll(async () => {
  await transfer.close();
  rmSync(folder, { recursive: true });
});

async function check(script: string): Promise<string> {
  const aws = [
    'if [ "$1" = transfer ]',
    `then /usr/bin/aws "$@" --endpoint-url ${transfer.endpoint} --no-sign-request`,
    'else /usr/bin/aws "$@" --generate-cli-skeleton output',
    'fi',
  ].join('; ');
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: folder,
    AWS_DEFAULT_REGION: 'us-east-1',
    SLACK_TOKEN: 'xoxb-1',
    ROUTING_KEY: 'key',
  };
  const lines = `aws() { ${aws}; }; export -f aws\n${script}`;
  const { stdout } = await promisify(execFile)('/bin/bash', ['-ec', lines], { env, cwd: folder });
  return stdout;
}

it('an option that does not exist is refused', async () => {
  await expect(check('aws events put-rule --name x --nome y')).rejects.toMatchObject({
    stderr: expect.stringContaining('nome'),
  });
});

it('the script for Slack', async () => {
  expect(await check(`${resolve('examples/eventbridge-slack/create.sh')} ${ROLE} ${QUEUE}`)).toContain('RuleArn');
});

it('the script for PagerDuty', async () => {
  expect(await check(`${resolve('examples/eventbridge-pagerduty/create.sh')} ${ROLE} ${QUEUE}`)).toContain('RuleArn');
});

it('the script for Transfer Family', async () => {
  writeFileSync(join(folder, 'key.pub'), 'ssh-ed25519 AAAA');
  const script = resolve('examples/transfer-family/create-user.sh');
  expect(await check(`${script} ${SERVER_ID} ${ROLE} key.pub`)).toContain('UserName');
  expect(sent.slice(-2)).toEqual([
    { ServerId: SERVER_ID, ProtocolDetails: { SetStatOption: 'ENABLE_NO_OP' } },
    expect.objectContaining({ UserName: 'acme', Role: ROLE, SshPublicKeyBody: 'ssh-ed25519 AAAA' }),
  ]);
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
  expect(await check(`set -- ${SERVER_ID} ${ROLE}; key='ssh-ed25519 AAAA'\n${filled}`)).toContain('{');
});
