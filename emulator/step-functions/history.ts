import type { StateMachine } from 'aws-local-stepfunctions';
import type { ExecutionResult } from './execution.ts';
import type { ExecutionLog } from './execution-log.ts';

export type Run = ReturnType<StateMachine['run']>;

/** The end of an execution, apart from its time. */
export async function endOf(run: Run): Promise<Pick<ExecutionResult, 'status' | 'output' | 'error' | 'cause'>> {
  return run.result.then(
    (output) => ({ status: 'SUCCEEDED', output }) as const,
    (fault: Error) => {
      if (fault.name === 'ExecutionAbortedError') return { status: 'ABORTED' } as const;
      const { name, message } = (fault.cause ?? fault) as Error;
      return { status: 'FAILED', error: name, cause: message } as const;
    },
  );
}

/** @param maps names of the states that are distributed Maps, which the library takes for Tasks */
export async function readHistory(
  run: Run,
  log: ExecutionLog,
  maps: { has(name: string): boolean },
): Promise<Pick<ExecutionResult, 'states' | 'retries' | 'lastInput'>> {
  const states: string[] = [];
  const retries: Record<string, number> = {};
  let lastInput: unknown;
  const typeOf = ({ name, type }: { name: string; type: string }) => (maps.has(name) ? 'Map' : type);
  for await (const event of run.eventLogs) {
    if (event.type === 'StateEntered') {
      states.push(event.state.name);
      log.entered(typeOf(event.state), event.state.name, event.state.input);
      lastInput = event.state.input;
    }
    if (event.type === 'StateExited') log.exited(typeOf(event.state), event.state.name, event.state.output);
    if (event.type === 'StateRetried') retries[event.state.name] = (retries[event.state.name] ?? 0) + 1;
  }
  return { states, retries, lastInput };
}
