import { type HistoryEvent, paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';

/** What happened in an execution, from its history or from its log. */
export interface ExecutionEvent {
  /** `TaskStateEntered`, `LambdaFunctionFailed`, … */
  readonly type: string;
  readonly at: Date;
  /** Of an event about a state. */
  readonly state?: string;
  readonly error?: string;
  readonly cause?: string;
  /** JSON. */
  readonly input?: string;
  readonly output?: string;
}

interface Details {
  readonly name?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly input?: string | undefined;
  readonly output?: string | undefined;
}

/**
 * The history of a STANDARD execution, which Step Functions keeps for 90 days after its end.
 * @throws what the SDK throws
 */
export async function* historyOf(client: SFNClient, executionArn: string): AsyncGenerator<ExecutionEvent> {
  for await (const { events = [] } of paginateGetExecutionHistory({ client, pageSize: 1000 }, { executionArn })) {
    for (const event of events) {
      const { type = '', timestamp = new Date(0) } = event;
      yield eventOf(type, timestamp, detailsOf(event));
    }
  }
}

/** Whatever follows the name of the event's type: each event has one. */
function detailsOf(event: HistoryEvent): Details {
  const [, details] = Object.entries(event).find(([name]) => name.endsWith('EventDetails')) ?? [];
  return (details ?? {}) as Details;
}

/** A line that Step Functions writes to a log group at level ALL. */
const Line = z.object({
  id: z.string(),
  type: z.string(),
  event_timestamp: z.string(),
  execution_arn: z.string(),
  details: z
    .object({
      name: z.string().optional(),
      error: z.string().nullish(),
      cause: z.string().nullish(),
      input: z.string().optional(),
      output: z.string().optional(),
    })
    .optional(),
});

export interface LoggedExecutionEvent extends ExecutionEvent {
  readonly executionArn: string;
  /** Counts the events of one execution. */
  readonly id: number;
}

/** undefined for a line of another form. */
export function eventInLog(message: string): LoggedExecutionEvent | undefined {
  const { success, data } = Line.safeParse(json(message));
  if (!success) return undefined;
  const { id, type, event_timestamp, execution_arn, details = {} } = data;
  const { error, cause, ...others } = details;
  const event = eventOf(type, new Date(Number(event_timestamp)), {
    ...others,
    ...(error && { error }),
    ...(cause && { cause }),
  });
  return { ...event, executionArn: execution_arn, id: Number(id) };
}

function eventOf(type: string, at: Date, { name, error, cause, input, output }: Details): ExecutionEvent {
  return {
    type,
    at,
    ...(/State(Entered|Exited)$/.test(type) && name !== undefined && { state: name }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
