import { expect, it } from '@jest/globals';
import type { Patient } from '../../../../cli/operations/doctor/clients.ts';
import { examine } from '../../../../cli/operations/doctor/finding.ts';
import { queueChecks } from '../../../../cli/operations/doctor/queue-checks.ts';

/** What waits in every queue, and for how long its first message has. */
function patient(waiting: number, seconds: number | undefined): Patient {
  const sqs = {
    send: async () => ({
      Attributes: { ApproximateNumberOfMessages: `${waiting}`, ApproximateNumberOfMessagesNotVisible: '0' },
    }),
  };
  const Values = seconds === undefined ? [] : [seconds];
  const cloudWatch = { send: async () => ({ MetricDataResults: [{ Values }] }) };
  const deployed = { output: (key: string) => `https://sqs/${key}`, optionalOutput: () => undefined };
  return { clients: { sqs, cloudWatch }, deployed, now: new Date() } as unknown as Patient;
}

const NOT_KNOWN = '2 messages, for how long CloudWatch does not know';

it.each([
  [0, undefined, 'ok', 'none'],
  [2, 3600, 'ok', '2 messages, the first for 60 min'],
  [2, 3601, 'warning', '2 messages, the first for 60 min: verdicts are late'],
  [2, undefined, 'warning', NOT_KNOWN],
])('%d scans that wait, the first for %s s: %s', async (waiting, seconds, level, found) => {
  const checks = queueChecks(patient(waiting, seconds)).filter(({ check }) => check === 'waiting');
  const findings = (await Promise.all(checks.map(examine))).flat();
  expect(findings.map(({ subject }) => subject)).toEqual(['uploads', 'large uploads', 'abandoned scans']);
  for (const finding of findings) expect(finding).toMatchObject({ level, found });
});
