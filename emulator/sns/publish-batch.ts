import type { XmlElement } from '../http/xml.ts';
import { MAXIMUM_MESSAGE_BYTES, type Publication, sizeOf } from './message.ts';
import { SnsFault } from './sns-fault.ts';

export interface BatchEntry {
  readonly id: string;
  readonly publication: Publication;
}

const MAXIMUM_ENTRIES = 10;
const ID = /^[\w-]{1,80}$/;

/**
 * The answer to PublishBatch: what SNS refuses of one entry keeps no other.
 * @param publish returns the message's id
 * @throws SnsFault for what makes the whole batch invalid
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
export function publishBatch(
  entries: readonly BatchEntry[],
  publish: (publication: Publication) => string,
): XmlElement {
  checkBatch(entries);
  const [successful, failed]: [XmlElement[], XmlElement[]] = [[], []];
  for (const { id: Id, publication } of entries) {
    try {
      successful.push({ Id, MessageId: publish(publication) });
    } catch (fault) {
      if (!(fault instanceof SnsFault) || fault.name === 'NotFound') throw fault;
      failed.push({ Id, Code: fault.name, Message: fault.message, SenderFault: true });
    }
  }
  return { Successful: { member: successful }, Failed: { member: failed } };
}

function checkBatch(entries: readonly BatchEntry[]): void {
  if (entries.length === 0) throw new SnsFault('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > MAXIMUM_ENTRIES) {
    throw new SnsFault('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  }
  if (!entries.every(({ id }) => ID.test(id))) {
    throw new SnsFault('InvalidBatchEntryId', 'The Id of a batch entry in a batch request is not valid.');
  }
  if (new Set(entries.map(({ id }) => id)).size < entries.length) {
    throw new SnsFault('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  const bytes = entries.reduce((total, { publication }) => total + sizeOf(publication), 0);
  if (bytes > MAXIMUM_MESSAGE_BYTES) {
    throw new SnsFault(
      'BatchRequestTooLong',
      'The length of all the batch messages put together is more than the limit.',
    );
  }
}
