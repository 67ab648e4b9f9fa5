/** An error of SQS, by its name in the JSON protocol. */
export class QueueFault extends Error {
  constructor(name: QueueFaultName, message: string) {
    super(message);
    this.name = name;
  }
}

export type QueueFaultName =
  | 'QueueDoesNotExist'
  | 'QueueNameExists'
  | 'InvalidAttributeName'
  | 'InvalidAttributeValue'
  | 'MissingParameter'
  | 'InvalidParameterValue'
  | 'InvalidMessageContents'
  | 'ReceiptHandleIsInvalid'
  | 'MessageNotInflight'
  | 'EmptyBatchRequest'
  | 'TooManyEntriesInBatchRequest'
  | 'BatchEntryIdsNotDistinct';
