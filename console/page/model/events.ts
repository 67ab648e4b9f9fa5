import type { Details, HistoryEvent } from './path.ts';

/** An event of GetExecutionHistory, whose details are under a name of its type: `taskStateEnteredEventDetails`. */
export interface ApiEvent {
  readonly id?: number | undefined;
  readonly previousEventId?: number | undefined;
  readonly type?: string | undefined;
  /** ISO 8601 */
  readonly timestamp?: string | undefined;
}

export function fromHistory(event: ApiEvent): HistoryEvent {
  const details = Object.entries(event).find(([name]) => name.endsWith('EventDetails'))?.[1];
  return {
    id: event.id ?? 0,
    previousId: event.previousEventId ?? 0,
    type: event.type ?? '',
    time: Date.parse(event.timestamp ?? ''),
    details: (details as Details | undefined) ?? {},
  };
}

/** A line that Step Functions writes to CloudWatch Logs; undefined for one of somebody else. */
export function fromLog(message: string): { readonly arn: string; readonly event: HistoryEvent } | undefined {
  try {
    const { id, previous_event_id, type, event_timestamp, execution_arn, details = {} } = JSON.parse(message);
    if (typeof execution_arn !== 'string' || typeof type !== 'string') return undefined;
    const event = {
      id: Number(id),
      previousId: Number(previous_event_id),
      type,
      time: Number(event_timestamp),
      details,
    };
    return { arn: execution_arn, event };
  } catch {
    return undefined;
  }
}

const ENDINGS: Readonly<Record<string, string>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};

/** How an execution is after this event; undefined where the event does not say. */
export const statusAfter = ({ type }: HistoryEvent): string | undefined =>
  Object.hasOwn(ENDINGS, type) ? ENDINGS[type] : undefined;
