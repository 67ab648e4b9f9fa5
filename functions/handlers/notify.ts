import { createMetrics } from '../adapters/aws/metrics.ts';
import { createNotifier } from '../adapters/aws/notifier.ts';
import { type Environment, requiredDialect, requiredStatuses } from '../adapters/process/environment.ts';
import type { Dialect } from '../domain/dialects/index.ts';
import { toNotification } from '../domain/notification.ts';
import { NotifyInput } from '../domain/payloads.ts';
import type { Clock, Metrics, Notifier } from '../domain/ports.ts';
import type { ScanStatus } from '../domain/verdict.ts';
import { onColdStart, task } from './task.ts';

const DETAIL_TYPE = 'Object Scan Completed';

/** Which statuses go where. */
export interface NotifyRules {
  readonly sns: ReadonlySet<ScanStatus>;
  readonly events: ReadonlySet<ScanStatus>;
}

/** Reports the outcome to SNS and EventBridge in the dialect's format and counts it; each at least once. */
export const notify = (notifier: Notifier, dialect: Dialect, rules: NotifyRules, metrics: Metrics, clock: Clock) =>
  task(NotifyInput, async (input): Promise<{ sns: boolean; event: boolean }> => {
    const notification = toNotification(input, clock());
    const sns = rules.sns.has(notification.status);
    const event = rules.events.has(notification.status);

    if (sns) await notifier.publish(dialect.snsBody(notification), dialect.snsAttributes(notification));
    if (event) await notifier.putEvent(DETAIL_TYPE, dialect.eventDetail(notification));
    metrics.record({ Verdicts: 1 }, { Status: notification.status });
    metrics.flush();

    return { sns, event };
  });

export const create = (env: Environment) =>
  notify(
    createNotifier(env),
    requiredDialect(env),
    { sns: requiredStatuses(env, 'NOTIFY_SNS'), events: requiredStatuses(env, 'NOTIFY_EVENTS') },
    createMetrics(env),
    () => new Date(),
  );

export const handler = onColdStart(create);
