/** An error of SNS, by its code in the query protocol. */
export class SnsFault extends Error {
  readonly status: number;

  constructor(code: SnsFaultCode, message: string) {
    super(message);
    this.name = code;
    this.status = STATUSES[code];
  }
}

/** @see https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html and the page of each action */
const STATUSES = {
  InvalidParameter: 400,
  ParameterValueInvalid: 400,
  NotFound: 404,
  FilterPolicyLimitExceeded: 403,
  EmptyBatchRequest: 400,
  TooManyEntriesInBatchRequest: 400,
  BatchEntryIdsNotDistinct: 400,
  BatchRequestTooLong: 400,
  InvalidBatchEntryId: 400,
  AuthorizationError: 403,
  MissingAuthenticationToken: 403,
  NotImplemented: 501,
} as const;

export type SnsFaultCode = keyof typeof STATUSES;

/** As SNS words it. */
export function invalidParameter(name: string, reason?: string): SnsFault {
  return new SnsFault(
    'InvalidParameter',
    `Invalid parameter: ${name}${reason === undefined ? '' : ` Reason: ${reason}`}`,
  );
}
