import type { DeployedStack } from './deployed-stack.ts';

/** Output of the stack by what its queue is called. */
const QUEUES = {
  uploads: 'ScanObjectQueueUrl',
  'large uploads': 'ScanLargeObjectQueueUrl',
  'abandoned scans': 'AbandonedScansUrl',
} as const;
/** Of workflow EXPRESS only. */
const OVERFLOW = { overflow: 'StartOverflowQueueUrl' } as const;

/** URLs of the queues that scans wait in, by what they are called. */
export function scanQueues(deployed: DeployedStack): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ...Object.entries(QUEUES).map(([queue, output]) => [queue, deployed.output(output)] as const),
    ...Object.entries(OVERFLOW).flatMap(([queue, output]) => {
      const url = deployed.optionalOutput(output);
      return url === undefined ? [] : [[queue, url] as const];
    }),
  ]);
}
