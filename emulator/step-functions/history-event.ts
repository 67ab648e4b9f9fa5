import type { LoggedEvent } from './execution-log.ts';

/** Data of an execution, which a caller can leave out. */
const DATA = new Set(['input', 'inputDetails', 'output', 'outputDetails', 'parameters', 'cause']);

/**
 * An event as GetExecutionHistory answers it: its details are under a name of its type.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export function historyEvent({ id, type, timestamp, details }: LoggedEvent, withData: boolean): object {
  const kept = Object.entries(details ?? {}).filter(([name, value]) => {
    return value !== undefined && (withData || !DATA.has(name));
  });
  return {
    id,
    previousEventId: id - 1,
    timestamp: timestamp / 1000,
    type,
    ...(details !== undefined && { [detailsOf(type)]: Object.fromEntries(kept) }),
  };
}

function detailsOf(type: string): string {
  const state = /State(Entered|Exited)$/.exec(type);
  const name = state === null ? type : `State${state[1]}`;
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}EventDetails`;
}
