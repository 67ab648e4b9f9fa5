import { expect, it } from '@jest/globals';
import { DEFAULT_WAIT_SECONDS, hasExpired, WaitingScan } from '../../../functions/domain/waiting-scan.ts';
import { STATE_MACHINE_FILES } from '../../support/state-machine-files.ts';

const waiting = (maxWaitSeconds?: number) =>
  WaitingScan.parse({
    taskToken: 't',
    input: {
      bucket: 'b',
      object: { key: 'k', size: 1, etag: 'e' },
      policy: { maxObjectBytes: 1, allowedTypes: ['*'], onInfected: 'tag', ...(maxWaitSeconds && { maxWaitSeconds }) },
      type: null,
    },
  });

it.each([
  [10, 9_999, false],
  [10, 10_000, true],
  [undefined, DEFAULT_WAIT_SECONDS * 1000 - 1, false],
  [undefined, DEFAULT_WAIT_SECONDS * 1000, true],
])('of %p seconds, %i ms after it was sent: expired %p', (maxWaitSeconds, milliseconds, expired) => {
  expect(hasExpired(waiting(maxWaitSeconds), 1000, new Date(1000 + milliseconds))).toBe(expired);
});

it('waits as long by default as the state machine does', () => {
  const machine = STATE_MACHINE_FILES.find(({ name }) => name === 'scan-upload.asl.json')?.machine;
  expect(machine?.States['Set Wait']).toMatchObject({ Result: DEFAULT_WAIT_SECONDS });
});
