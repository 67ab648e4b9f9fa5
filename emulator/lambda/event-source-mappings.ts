import { type Clock, systemClock } from '../clock.ts';
import type { LocalResource, LocalStack } from '../cloudformation/template.ts';
import { accessKeyIdOf } from '../iam/principals.ts';
import type { ServicePermissions } from '../iam/service-permissions.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Queues } from '../sqs/queues.ts';
import { EventSourceMapping } from './event-source-mapping.ts';
import { invalidParameter, mappingSettings } from './mapping-settings.ts';
import type { SqsEvent } from './sqs-event.ts';

export interface EventSourceMappingsProps {
  readonly stack: LocalStack;
  readonly queues: Queues;
  readonly permissions: Pick<ServicePermissions, 'queue'>;
  readonly clock?: Clock;
  /** Runs a function of the stack; what it throws fails the whole batch. */
  readonly invoke: (functionArn: string, event: SqsEvent) => Promise<unknown>;
}

/** What Lambda needs of the queue, with the function's role. */
const ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
const DEFAULT_FUNCTION_TIMEOUT_SECONDS = 3;

/**
 * Starts the template's event source mappings that are enabled, by logical id.
 * @throws Error InvalidParameterValueException, naming the mapping that AWS would not create
 */
export async function startEventSourceMappings(
  props: EventSourceMappingsProps,
): Promise<ReadonlyMap<string, EventSourceMapping>> {
  const checked = [];
  for (const resource of props.stack.ofType('AWS::Lambda::EventSourceMapping')) {
    checked.push(await checkedMapping(props, resource).catch((fault: Error) => refuse(resource, fault)));
  }
  const { clock = systemClock, invoke } = props;
  return new Map(
    checked
      .filter(({ enabled }) => enabled)
      .map(({ logicalId, queue, settings, functionArn }) => [
        logicalId,
        new EventSourceMapping({ queue, settings, clock, invoke: (event) => invoke(functionArn, event) }),
      ]),
  );
}

async function checkedMapping(props: EventSourceMappingsProps, { logicalId, properties }: LocalResource) {
  const { queues, stack, permissions } = props;
  const { EventSourceArn, FunctionName, Enabled = true } = properties;
  const queue = queues.byArn(EventSourceArn);
  if (queue === undefined) throw invalidParameter(`there is no queue ${EventSourceArn}`);
  const called = stack
    .ofType('AWS::Lambda::Function')
    .find(({ arn, ref }) => FunctionName === arn || FunctionName === ref);
  if (called === undefined) throw invalidParameter(`there is no function ${FunctionName}`);
  const settings = mappingSettings(properties);
  const { Timeout = DEFAULT_FUNCTION_TIMEOUT_SECONDS, Role } = called.properties;
  if (queue.settings.visibilitySeconds < Timeout) {
    throw invalidParameter(
      `Queue visibility timeout: ${queue.settings.visibilitySeconds} seconds is less than Function timeout: ${Timeout} seconds`,
    );
  }
  await assertRoleMayReceive(permissions, Role, queue);
  return { logicalId, queue, settings, functionArn: called.arn, enabled: Enabled !== false && Enabled !== 'false' };
}

async function assertRoleMayReceive(permissions: EventSourceMappingsProps['permissions'], role: string, queue: Queue) {
  for (const action of ACTIONS) {
    const { allowed, reason } = await permissions.queue(accessKeyIdOf(role), `sqs:${action}`, queue.arn);
    if (allowed) continue;
    const message = `The provided execution role does not have permissions to call ${action} on SQS: ${queue.arn}: ${reason}`;
    throw invalidParameter(message);
  }
}

function refuse({ logicalId }: LocalResource, { name, message }: Error): never {
  throw Object.assign(new Error(`${logicalId}: ${message}`), { name });
}
