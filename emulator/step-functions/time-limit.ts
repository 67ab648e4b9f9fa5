import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Cancel, Clock } from '../clock.ts';

export interface TimeLimitProps {
  readonly clock: Clock;
  /** Seconds from the start; undefined: AWS's 99,999,999, which is never reached here. */
  readonly timeoutSeconds: number | undefined;
  /** Seconds between two heartbeats, from the start. */
  readonly heartbeatSeconds: number | undefined;
  /** Called at once, before anything that waits for `exceeded`. */
  readonly onExceeded: () => void;
}

/** The time limits of one attempt of a Task. */
export interface TimeLimit {
  /** Rejects with `States.Timeout` or `States.HeartbeatTimeout`. */
  readonly exceeded: Promise<never>;
  heartbeat(): void;
  stop(): void;
}

export async function startTimeLimit(props: TimeLimitProps): Promise<TimeLimit> {
  const { clock, timeoutSeconds, heartbeatSeconds, onExceeded } = props;
  const Timeout = await timeoutClass();
  const exceeded = Promise.withResolvers<never>();
  // The attempt may be over before anybody waits for it.
  exceeded.promise.catch(() => undefined);
  function after(seconds: number | undefined, name: string): Cancel {
    if (seconds === undefined) return () => undefined;
    return clock.after(seconds * 1000, () => {
      onExceeded();
      exceeded.reject(Object.assign(new Timeout(), { name, message: name }));
    });
  }
  const cancelTimeout = after(timeoutSeconds, 'States.Timeout');
  let cancelHeartbeat = after(heartbeatSeconds, 'States.HeartbeatTimeout');
  return {
    exceeded: exceeded.promise,
    heartbeat() {
      cancelHeartbeat();
      cancelHeartbeat = after(heartbeatSeconds, 'States.HeartbeatTimeout');
    },
    stop() {
      cancelTimeout();
      cancelHeartbeat();
    },
  };
}

type TimeoutClass = new () => Error;

let known: Promise<TimeoutClass> | undefined;

function timeoutClass(): Promise<TimeoutClass> {
  known ??= findTimeoutClass();
  return known;
}

/** `States.TaskFailed` matches every error but the instances of a class that the library does not export. */
async function findTimeoutClass(): Promise<TimeoutClass> {
  const task = { Type: 'Task', Resource: 'none', TimeoutSeconds: 0.001, End: true };
  const machine = new StateMachine({ StartAt: 'Task', States: { Task: task } } as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  const never = () => new Promise<never>(() => undefined);
  const { result } = machine.run(null, { overrides: { taskResourceLocalHandlers: { Task: never } } });
  const fault = await result.then(
    () => undefined,
    ({ cause }: Error) => cause as Error,
  );
  if (fault?.name !== 'States.Timeout') throw new Error('aws-local-stepfunctions reports timeouts differently');
  return fault.constructor as TimeoutClass;
}
