import { expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { NOTHING } from '../../../functions/domain/rescan/totals.ts';
import { notifyRescan } from '../../../functions/handlers/notify-rescan.ts';

it('tells SNS and EventBridge of a run', async () => {
  const summary = {
    ...NOTHING,
    durationMs: 5,
    estimatedCostUsd: 0.01,
    status: 'SUCCEEDED',
    error: null,
    cause: null,
    runId: 'arn',
    bucket: 'b',
    prefix: '',
    strategy: 'due',
    window: { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' },
    startTime: '2026-11-21T00:00:00Z',
  };
  const told: unknown[] = [];
  const notifier = {
    publish: async (...message: unknown[]) => void told.push(message),
    putEvent: async (...event: unknown[]) => void told.push(event),
  };
  await notifyRescan(notifier)({ summary }, {} as Context);
  const attributes = { type: 'Bucket Rescan Completed', bucket: 'b', strategy: 'due', status: 'SUCCEEDED' };
  expect(told).toEqual([
    [JSON.stringify(summary), attributes],
    ['Bucket Rescan Completed', summary],
  ]);
});
