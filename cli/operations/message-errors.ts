/**
 * Names of what is wrong with a message in a dead-letter queue, which stays there, or with the input of an execution:
 * nothing is started from it.
 */
export class MessageError extends Error {
  override readonly name = this.constructor.name;
}

/** What it was to start is done in another way. */
export class NothingToStart extends MessageError {}

/** EventBridge would not have written it like that. */
export class MalformedMessage extends MessageError {}

/** It is about a bucket or a schedule that the stack does not have. */
export class ForeignMessage extends MessageError {}

/** Nothing scans its object. */
export class TrustedObject extends MessageError {}

/** It contradicts what is deployed. */
export class ForgedMessage extends MessageError {}
