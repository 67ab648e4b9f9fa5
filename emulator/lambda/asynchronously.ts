import type { Cancel, Clock } from '../clock.ts';
import type { LocalStack } from '../cloudformation/template.ts';
import { accessKeyIdOf } from '../iam/principals.ts';
import type { ServicePermissions } from '../iam/service-permissions.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Queues } from '../sqs/queues.ts';

export interface AsynchronouslyProps {
  readonly stack: Pick<LocalStack, 'ofType' | 'byArn'>;
  readonly queues: Pick<Queues, 'byArn'>;
  readonly permissions: Pick<ServicePermissions, 'queue'>;
  readonly clock: Clock;
  /** Its fault is an Error whose message is the JSON that Lambda returns. */
  readonly invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  /** After what failed for good is in its destination. */
  readonly onFailed?: (destination: Queue) => void;
}

const DEFAULT_RETRIES = 2;
/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const RETRY_MILLISECONDS = [60_000, 120_000];

/** Invocations that nobody waits for: retried, then sent to the function's destination for failures, if it is a queue. */
export function asynchronously({ stack, queues, permissions, clock, invoke, onFailed }: AsynchronouslyProps) {
  const waiting = new Set<Cancel>();
  let closed = false;

  async function attempt(functionArn: string, requestPayload: unknown, attempts: number): Promise<void> {
    const { retries, destination, role } = settingsOf(functionArn);
    try {
      await invoke(functionArn, requestPayload);
    } catch (fault) {
      if (closed) return;
      if (attempts <= retries) {
        const cancel = clock.after(RETRY_MILLISECONDS[attempts - 1] ?? 0, () => {
          waiting.delete(cancel);
          void attempt(functionArn, requestPayload, attempts + 1);
        });
        waiting.add(cancel);
        return;
      }
      const queue = queues.byArn(destination);
      if (queue === undefined || !(await permissions.queue(accessKeyIdOf(role), 'sqs:SendMessage', queue.arn)).allowed)
        return;
      const responsePayload = JSON.parse((fault as Error).message);
      const requestContext = { functionArn, condition: 'RetriesExhausted', approximateInvokeCount: attempts };
      queue.send({ body: JSON.stringify({ version: '1.0', requestContext, requestPayload, responsePayload }) });
      onFailed?.(queue);
    }
  }

  function settingsOf(functionArn: string) {
    const called = stack.byArn(functionArn);
    const { MaximumRetryAttempts: retries = DEFAULT_RETRIES, DestinationConfig } =
      stack
        .ofType('AWS::Lambda::EventInvokeConfig')
        .find(({ properties: { FunctionName } }) => FunctionName === called?.ref || FunctionName === functionArn)
        ?.properties ?? {};
    return {
      retries,
      destination: DestinationConfig?.OnFailure?.Destination ?? '',
      role: called?.properties.Role ?? '',
    };
  }

  return {
    invoke: (functionArn: string, payload: unknown): void => void attempt(functionArn, payload, 1),
    /** Retries nothing more. */
    close() {
      closed = true;
      for (const cancel of waiting) cancel();
    },
  };
}
