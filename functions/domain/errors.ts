/**
 * Every named fault of the pipeline. The state machines match these literal names (Lambda reports `error.name`), so
 * a class is a public contract: see docs/architecture.md.
 */
export abstract class AirlockError extends Error {
  abstract override readonly name: string;
  /** Whether a later attempt can succeed without anyone's intervention. */
  abstract readonly transient: boolean;
}

/** The payload does not match the schema. */
export class InvalidInput extends AirlockError {
  override readonly name = 'InvalidInput';
  readonly transient = false;
}

/** An environment variable or setting is missing or malformed. */
export class InvalidConfiguration extends AirlockError {
  override readonly name = 'InvalidConfiguration';
  readonly transient = false;
}

/** The object, or that version of it, was deleted before the pipeline was done with it. */
export class ObjectGone extends AirlockError {
  override readonly name = 'ObjectGone';
  readonly transient = false;
}

/** The key now holds other content than this execution is about. */
export class ObjectReplaced extends AirlockError {
  override readonly name = 'ObjectReplaced';
  readonly transient = false;
}

/** The key begins with a prefix whose objects are trusted: nothing scans them, and nothing may write a verdict. */
export class ObjectTrusted extends AirlockError {
  override readonly name = 'ObjectTrusted';
  readonly transient = false;
}

/** The object exists, but its bytes cannot be read with our access; becomes a verdict, see `finding`. */
export class ObjectUnreadable extends AirlockError {
  override readonly name = 'ObjectUnreadable';
  readonly transient = false;
  readonly finding: string;

  constructor(finding: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.finding = finding;
  }
}

/**
 * What Tag Object found to do besides tagging: no fault, but an error is the only answer by which a Task chooses the next
 * state without a Choice, which every clean upload would pay for.
 */
export abstract class MoreToDo extends AirlockError {
  readonly transient = false;

  constructor(message: string) {
    super(message);
    // An answer has no place where it went wrong; Lambda would hand every line of it to the log.
    this.stack = message;
  }
}

/** The object is tagged INFECTED, and the policy wants it moved or deleted. */
export class InfectedTagged extends MoreToDo {
  override readonly name = 'InfectedTagged';
}

/** The same, but the owner's tags left no room for ours. */
export class InfectedNotTagged extends MoreToDo {
  override readonly name = 'InfectedNotTagged';
}

/** The object is tagged CLEAN, and the policy wants a copy of it elsewhere. */
export class CleanTagged extends MoreToDo {
  override readonly name = 'CleanTagged';
}

/** A clean object cannot be copied where the policy wants it. */
export class CopyRefused extends AirlockError {
  override readonly name = 'CopyRefused';
  readonly transient = false;
}

/** A role or policy refuses a call the pipeline needs. */
export class AccessDenied extends AirlockError {
  override readonly name = 'AccessDenied';
  readonly transient = false;
}

/** S3 throttled the call, dropped the connection, timed out or had an internal error. */
export class StorageUnavailable extends AirlockError {
  override readonly name = 'StorageUnavailable';
  readonly transient = true;
}

/** The scan engine is down, hung, or answered neither OK nor FOUND. */
export class EngineUnavailable extends AirlockError {
  override readonly name = 'EngineUnavailable';
  readonly transient = true;
}

/** No usable definitions can be loaded. */
export class DefinitionsUnavailable extends AirlockError {
  override readonly name = 'DefinitionsUnavailable';
  readonly transient = true;
}

/** The definitions could not be updated; the published ones stay in use, and the next scheduled update tries again. */
export class DefinitionsUpdateFailed extends AirlockError {
  override readonly name = 'DefinitionsUpdateFailed';
  readonly transient = false;
}

/** The scratch folder has no room for the object. */
export class ScratchFull extends AirlockError {
  override readonly name = 'ScratchFull';
  readonly transient = true;
}

/** Every worker that took the scan from the queue died or ran out of time. */
export class ScanAbandoned extends AirlockError {
  override readonly name = 'ScanAbandoned';
  readonly transient = false;
}

/** Step Functions did not take the answer to a task token; the queue hands the scan out again. */
export class AnswerUndelivered extends AirlockError {
  override readonly name = 'AnswerUndelivered';
  readonly transient = true;
}

/** Step Functions did not start an execution; the queue hands its input out again. */
export class StartRefused extends AirlockError {
  override readonly name = 'StartRefused';
  readonly transient = true;
}

/** CloudFormation or EventBridge did not say how uploads are scanned; the queue hands the request out again. */
export class DeploymentUnreadable extends AirlockError {
  override readonly name = 'DeploymentUnreadable';
  readonly transient = true;
}

/** The dead-letter queue did not take a refused request; the queue hands it out again. */
export class RefusalUndelivered extends AirlockError {
  override readonly name = 'RefusalUndelivered';
  readonly transient = true;
}

/** SNS or EventBridge did not accept the notification. */
export class NotificationFailed extends AirlockError {
  override readonly name = 'NotificationFailed';
  readonly transient = true;
}

export const ERROR_CLASSES = [
  InvalidInput,
  InvalidConfiguration,
  ObjectGone,
  ObjectReplaced,
  ObjectTrusted,
  ObjectUnreadable,
  InfectedTagged,
  InfectedNotTagged,
  CleanTagged,
  CopyRefused,
  AccessDenied,
  StorageUnavailable,
  EngineUnavailable,
  DefinitionsUnavailable,
  DefinitionsUpdateFailed,
  ScratchFull,
  ScanAbandoned,
  AnswerUndelivered,
  StartRefused,
  DeploymentUnreadable,
  RefusalUndelivered,
  NotificationFailed,
] as const;

/**
 * Faults that Lambda or Step Functions report under their own names, all worth a retry.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
 */
export const PLATFORM_ERRORS = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  // Not invoked for weeks, or just deployed: Lambda prepares its code for a minute or two.
  'Lambda.CodeArtifactUserPendingException',
  'Lambda.ResourceConflictException',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Sandbox.Timedout',
  'States.Timeout',
] as const;

/** Faults of sending a message to a queue, worth a retry. */
export const SEND_ERRORS = ['SQS.AmazonSQSException', 'SQS.SdkClientException'] as const;

/** Faults of starting another state machine's execution, worth a retry. */
export const START_ERRORS = [
  'StepFunctions.AWSStepFunctionsException',
  'StepFunctions.ExecutionLimitExceededException',
  'StepFunctions.SdkClientException',
] as const;
