import { expect, it } from '@jest/globals';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { INVESTIGATOR, writersIn } from '../../../local/stack/people.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';

const [EXPORTER, REPORTER] = ['jobs/exporter', 'reporter'].map((name) => `arn:aws:iam::000000000000:role/${name}`);

it('has each role that writes under a trusted prefix, once', async () => {
  const buckets = [
    { name: 'one', trusted: [{ prefix: 'a/', writerRoleArns: [EXPORTER, REPORTER] }] },
    { name: 'two', existing: true, trusted: [{ prefix: 'b/', writerRoleArns: [REPORTER, INVESTIGATOR] }] },
    { name: 'three' },
  ];
  const stack = readTemplate((await synthesis({ buckets })).template);
  expect(writersIn(stack).map(({ arn }) => arn)).toEqual([EXPORTER, REPORTER]);
}, 60_000);

it('is told nothing by outputs that are no bucket', () => {
  const outputs = ['', '{', '{"gate":{}}', 'text'].map((value) => ({ key: 'Key', value, description: undefined }));
  expect(writersIn({ outputs })).toEqual([]);
});
