import { createChannels } from '../adapters/aws/channels.ts';
import { createMetrics } from '../adapters/aws/metrics.ts';
import { sha256 } from '../adapters/process/digest.ts';
import { type Environment, requiredDialect, requiredStatuses } from '../adapters/process/environment.ts';
import {
  type Channels,
  DETAIL_TYPES,
  forEachChannel,
  type NotifyRules,
  type Sent,
  send,
  statusesVariable,
} from '../domain/channels.ts';
import type { Dialect } from '../domain/dialects/index.ts';
import { withDuplicateId } from '../domain/duplicate-id.ts';
import { toNotification } from '../domain/notification.ts';
import { NotifyInput } from '../domain/payloads.ts';
import type { Clock, Metrics } from '../domain/ports.ts';
import { concernsFindings } from '../domain/security-hub/finding.ts';
import { onColdStart, task } from './task.ts';

/** How verdicts are told. */
export interface Telling {
  readonly dialect: Dialect;
  readonly rules: NotifyRules;
  /** EventBridge's `detail-type`. */
  readonly detailType?: string;
}

/** Sends the outcome through the channels that want it, in the dialect's words, and counts it; at least once each. */
export const notify = (
  channels: Channels,
  { dialect, rules, detailType = DETAIL_TYPES.scan }: Telling,
  metrics: Metrics,
  clock: Clock,
) =>
  task(NotifyInput, async (input): Promise<Sent> => {
    const notification = toNotification(input, clock(), sha256);
    const { status, duplicateId } = notification;
    const message = {
      type: detailType,
      told: notification,
      ...withDuplicateId(dialect.message(notification), duplicateId),
    };
    const sent = await send(channels, message, (name) =>
      name === 'securityHub' ? concernsFindings(notification) : rules[name].has(status),
    );
    metrics.record({ Verdicts: 1 }, { Status: status });
    metrics.flush();
    return sent;
  });

export const create = (env: Environment) =>
  notify(
    createChannels(env),
    {
      dialect: requiredDialect(env),
      rules: forEachChannel((name) => requiredStatuses(env, statusesVariable(name))),
      ...(env.DETAIL_TYPE && { detailType: env.DETAIL_TYPE }),
    },
    createMetrics(env),
    () => new Date(),
  );

export const handler = onColdStart(create);
