import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { readTemplate } from '../../emulator/cloudformation/template.ts';
import { synthesis } from '../../local/stack/synthesis.ts';

const page = readFileSync('docs/first-deployment.md', 'utf8');
const form = readFileSync('.github/ISSUE_TEMPLATE/first-deployment.md', 'utf8');
const steps = page.split(/^## /m).slice(1);
const titles = steps.map((step) => step.split('\n', 1)[0]);

it.each(steps.map((step, at) => [titles[at], step]))(
  'step %s says what to do, what to look at, what is unproven',
  (_, step) => {
    const parts = [...(step ?? '').matchAll(/^\*\*(Do|Look at|Unproven)\*\*: \S/gm)].map(([, part]) => part);
    expect(parts).toEqual(['Do', 'Look at', 'Unproven']);
  },
);

it('has its steps in order, and the issue template asks for the result of each', () => {
  expect(titles.map((title) => Number.parseInt(title ?? '', 10))).toEqual(titles.map((_, at) => at + 1));
  expect([...form.matchAll(/^\*\*(\d+\. [^*]+)\*\*: \S.*:$/gm)].map(([, title]) => title)).toEqual(titles);
});

it('names outputs and log groups that the stack has', async () => {
  const stack = readTemplate((await synthesis({})).template);
  const outputs = stack.outputs.map(({ key }) => key);
  const groups = stack.ofType('AWS::Logs::LogGroup').map(({ logicalId }) => logicalId);
  const named = (pattern: RegExp) => [...page.matchAll(pattern)].map(([, name = '']) => name);
  expect(outputs).toEqual(expect.arrayContaining(named(/\(output (\w+)\)/g)));
  for (const word of named(/logs --function (\w+)/g)) {
    expect([word, groups.filter((id) => id.startsWith(`${word}Logs`)).length]).toEqual([word, 1]);
  }
});
