import { parsePolicy } from '../iam/policy.ts';
import type { NamedPolicy } from '../iam/principals.ts';
import type { Queue } from './queue.ts';
import { queueAttributes } from './queue-attributes.ts';
import { QueueFault } from './queue-fault.ts';
import { queueSettings, RANGES } from './queue-settings.ts';

/** As a request names them; an empty text takes one away. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** Those that change nothing here. */
const WITHOUT_EFFECT = ['SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds'];
const SETTINGS = [...Object.keys(RANGES), 'RedrivePolicy'];
const SETTABLE = new Set([...SETTINGS, ...WITHOUT_EFFECT, 'Policy']);

/**
 * What a queue is to be like: the attributes of a request over those it has.
 * @throws QueueFault InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue
 */
export function readAttributes(
  name: string,
  attributes: QueueAttributes,
  queue: Queue | undefined,
  queues: { byArn(arn: string): Queue | undefined },
): { readonly properties: QueueAttributes; readonly policy: NamedPolicy | undefined } {
  const unknown = Object.keys(attributes).find((each) => !SETTABLE.has(each));
  if (unknown !== undefined) throw new QueueFault('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const present = queue === undefined ? {} : queueAttributes(queue, SETTINGS);
  const given = Object.entries({ ...present, ...attributes }).filter(([each]) => SETTINGS.includes(each));
  const properties = Object.fromEntries(given.filter(([, value]) => value !== ''));
  try {
    const { redrive } = queueSettings(name, properties);
    if (redrive !== undefined && queues.byArn(redrive.deadLetterQueueArn) === undefined) {
      const reason = `Value ${attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`;
      throw new QueueFault('InvalidParameterValue', reason);
    }
    return {
      properties,
      policy: policyOf(name, attributes.Policy) ?? (attributes.Policy === '' ? undefined : queue?.policy),
    };
  } catch (fault) {
    if (fault instanceof QueueFault) throw fault;
    throw new QueueFault('InvalidAttributeValue', (fault as Error).message);
  }
}

/** @throws QueueFault QueueNameExists */
export function assertSameSettings(queue: Queue, attributes: QueueAttributes): void {
  const present = queueAttributes(queue, ['All']);
  const other = Object.keys(attributes).find((name) => {
    return !WITHOUT_EFFECT.includes(name) && normalized(present[name]) !== normalized(attributes[name]);
  });
  if (other === undefined) return;
  const message = `A queue already exists with the same name and a different value for attribute ${other}`;
  throw new QueueFault('QueueNameExists', message);
}

/** @throws Error when IAM would refuse it */
function policyOf(name: string, json = ''): NamedPolicy | undefined {
  if (json === '') return undefined;
  const document = JSON.parse(json) as object;
  parsePolicy(name, document, 'resource');
  return { name, document };
}

function normalized(text = ''): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
