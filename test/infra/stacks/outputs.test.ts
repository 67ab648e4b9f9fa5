import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { nameIn } from '../../../local/stack/queues.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';

const folder = new URL('../../../docs/operations/', import.meta.url);
const operations = readdirSync(folder)
  .map((page) => readFileSync(new URL(page, folder), 'utf8'))
  .join('\n');
const named = (pattern: RegExp) => [...new Set([...operations.matchAll(pattern)].map(([, name = '']) => name))];
const read = async (workflow: 'STANDARD' | 'EXPRESS') =>
  readTemplate((await synthesis({ workflow, requests: true })).template);

it.each(['STANDARD', 'EXPRESS'] as const)(
  'are there for every queue and every bucket of the stack: %s',
  async (workflow) => {
    const stack = await read(workflow);
    const values = stack.outputs.map(({ value }) => value);
    for (const { logicalId, ref } of stack.ofType('AWS::SQS::Queue')) {
      expect([logicalId, values.includes(ref)]).toEqual([logicalId, true]);
    }
    for (const { logicalId, arn } of stack.ofType('AWS::S3::Bucket')) {
      expect([logicalId, values.includes(nameIn(arn))]).toEqual([logicalId, true]);
    }
  },
);

it('are those that docs/operations/ names', async () => {
  const keys = (await read('EXPRESS')).outputs.map(({ key }) => key);
  const wanted = named(/(?:\(output |output `|outputs `)(\w+)[`)]/g);
  expect(wanted.length).toBeGreaterThan(5);
  expect(keys).toEqual(expect.arrayContaining(wanted));
});

it('need none for log groups: docs/operations/ finds each by the word of its function or state machine', async () => {
  // It has every function.
  const ids = (await read('EXPRESS')).ofType('AWS::Logs::LogGroup').map(({ logicalId }) => logicalId);
  const words = named(/airlock logs --function (\w+)/g);
  expect(words.length).toBeGreaterThan(2);
  for (const word of words) {
    expect([word, ids.filter((id) => id.startsWith(`${word}Logs`)).length]).toEqual([word, 1]);
  }
});
