import { expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { Message } from '../../../functions/domain/channels.ts';
import { NOTHING } from '../../../functions/domain/rescan/totals.ts';
import { notifyRescan } from '../../../functions/handlers/notify-rescan.ts';

it('tells SNS and EventBridge of a run', async () => {
  const summary = {
    ...NOTHING,
    durationMs: 5,
    estimatedCostUsd: 0.01,
    costUsd: 0.02,
    scannerGbSeconds: 30,
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
  const channels = {
    sns: async (message: Message) => void told.push(['sns', message]),
    events: async (message: Message) => void told.push(['events', message]),
  };
  const sent = await notifyRescan(channels)({ summary }, {} as Context);
  const attributes = { type: 'Bucket Rescan Completed', bucket: 'b', strategy: 'due', status: 'SUCCEEDED' };
  const subject = '0 INFECTED in b: rescan SUCCEEDED';
  const message = {
    type: 'Bucket Rescan Completed',
    subject,
    body: JSON.stringify(summary),
    attributes,
    detail: summary,
  };
  expect(told).toEqual([
    ['sns', message],
    ['events', message],
  ]);
  expect(sent).toEqual({ sns: true, events: true });
});
