import { expect, it } from '@jest/globals';
import { rescanAgain } from '../../../cli/operations/deployed-input.ts';
import type { DeployedStack } from '../../../cli/operations/deployed-stack.ts';

const starts = () => [{ bucketName: 'uploads', uploadRuleArn: 'arn:aws:events:us-east-1:000000000000:rule/Uploads' }];
const again = rescanAgain({ starts } as unknown as DeployedStack);

it.each([
  { bucket: 'uploads' },
  { bucket: 'uploads', strategy: 'due', scheduledTime: '2026-01-31T09:00:00Z', prefix: 'in/', maxConcurrency: 3 },
])('a rescan is asked for as it was: %j', async (input) => {
  expect(await again(JSON.stringify(input))).toBe(JSON.stringify(input));
});

it.each<[string, object, string]>([
  ['ForeignMessage', { bucket: 'mine' }, 'does not watch the bucket "mine"'],
  ['ForgedMessage', { bucket: 'uploads', policy: {} }, 'its own policy'],
  ['ForgedMessage', { bucket: 'uploads', filters: {}, policy: {} }, 'its own policy and filters'],
  ['ForgedMessage', { bucket: 'uploads', prefix: 'exports/', scanTrusted: true }, 'its own scanTrusted'],
  ['MalformedMessage', { detail: {} }, 'asks for no rescan'],
  ['MalformedMessage', ['uploads'], 'asks for no rescan'],
])('%s: %j', async (name, input, message) => {
  await expect(again(JSON.stringify(input))).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
});
