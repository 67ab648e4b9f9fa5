import { createChannels } from '../adapters/aws/channels.ts';
import { createMetrics } from '../adapters/aws/metrics.ts';
import { sha256 } from '../adapters/process/digest.ts';
import { type Environment, requiredDialect, requiredStatuses } from '../adapters/process/environment.ts';
import {
  type ChannelName,
  type Channels,
  forEachChannel,
  type NotifyRules,
  send,
  statusesVariable,
} from '../domain/channels.ts';
import type { Dialect } from '../domain/dialects/index.ts';
import { withDuplicateId } from '../domain/duplicate-id.ts';
import { toNotification } from '../domain/notification.ts';
import { NotifyInput } from '../domain/payloads.ts';
import type { Clock, Metrics } from '../domain/ports.ts';
import { onColdStart, task } from './task.ts';

const DETAIL_TYPE = 'Object Scan Completed';

/** Sends the outcome through the channels that want it, in the dialect's words, and counts it; at least once each. */
export const notify = (channels: Channels, dialect: Dialect, rules: NotifyRules, metrics: Metrics, clock: Clock) =>
  task(NotifyInput, async (input): Promise<Record<ChannelName, boolean>> => {
    const notification = toNotification(input, clock(), sha256);
    const { status, duplicateId } = notification;
    const message = { type: DETAIL_TYPE, ...withDuplicateId(dialect.message(notification), duplicateId) };
    const sent = await send(channels, message, (name) => rules[name].has(status));
    metrics.record({ Verdicts: 1 }, { Status: status });
    metrics.flush();
    return sent;
  });

export const create = (env: Environment) =>
  notify(
    createChannels(env),
    requiredDialect(env),
    forEachChannel((name) => requiredStatuses(env, statusesVariable(name))),
    createMetrics(env),
    () => new Date(),
  );

export const handler = onColdStart(create);
