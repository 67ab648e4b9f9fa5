import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { readWaiting } from '../read-waiting.ts';
import { scanQueues } from '../scan-queues.ts';
import type { Patient } from './clients.ts';
import { type Check, failure, ok, warning } from './finding.ts';

/** Output of the stack, and what to do, by what the queue is called. */
const DEAD_LETTERS = {
  uploads: ['UndeliveredUploadsUrl', 'airlock redrive uploads; docs/operations/redrive.md'],
  rescans: ['UndeliveredRescansUrl', 'airlock redrive rescans; docs/operations/redrive.md'],
  requests: ['RefusedRequestsUrl', 'airlock failures, then airlock redrive; docs/integrations/requests.md'],
  'definitions updates': ['FailedUpdatesUrl', 'docs/operations/alarms.md#definitionsupdateslost'],
} as const;

const HOUR_SECONDS = 3600;

export function queueChecks(patient: Patient): readonly Check[] {
  return [
    ...Object.entries(DEAD_LETTERS).flatMap(([queue, [output, todo]]) => {
      // Not every stack takes requests.
      const url = queue === 'requests' ? patient.deployed.optionalOutput(output) : patient.deployed.output(output);
      return url === undefined ? [] : deadLetters(patient, { queue, url, todo });
    }),
    ...Object.entries(scanQueues(patient.deployed)).map(([queue, url]) => waiting(patient, queue, url)),
  ];
}

function deadLetters(
  { clients: { sqs } }: Patient,
  { queue, url, todo }: { readonly queue: string; readonly url: string; readonly todo: string },
): Check {
  return {
    check: 'dead letters',
    subject: queue,
    permissions: ['sqs:GetQueueAttributes'],
    async look() {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      const { ApproximateNumberOfMessages: left = '0', ApproximateNumberOfMessagesNotVisible: taken = '0' } =
        Attributes;
      const count = Number(left) + Number(taken);
      return [count === 0 ? ok('none') : failure(messages(count), todo)];
    },
  };
}

function waiting({ clients: { sqs, cloudWatch }, now }: Patient, queue: string, url: string): Check {
  return {
    check: 'waiting',
    subject: queue,
    permissions: ['sqs:GetQueueAttributes', 'cloudwatch:GetMetricData'],
    async look() {
      const [read] = await readWaiting({ sqs, cloudWatch }, { [queue]: url }, now);
      const { waiting: count = 0, underWay = 0, longestWaitSeconds = null } = read ?? {};
      if (count === 0) return [ok(underWay === 0 ? 'none' : `none; ${underWay} under way`)];
      const todo = 'docs/operations/alarms.md#scanswait';
      if (longestWaitSeconds === null) {
        return [warning(`${messages(count)}, for how long CloudWatch does not know`, todo)];
      }
      const found = `${messages(count)}, the first for ${Math.round(longestWaitSeconds / 60)} min`;
      return [longestWaitSeconds > HOUR_SECONDS ? warning(`${found}: verdicts are late`, todo) : ok(found)];
    },
  };
}

const messages = (count: number) => `${count.toLocaleString('en-US')} message${count === 1 ? '' : 's'}`;
