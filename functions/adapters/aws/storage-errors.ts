import {
  AccessDenied,
  AirlockError,
  InvalidConfiguration,
  InvalidInput,
  ObjectGone,
  ObjectReplaced,
  ObjectUnreadable,
  StorageUnavailable,
} from '../../domain/errors.ts';
import { FINDINGS } from '../../domain/findings.ts';

interface SdkFault {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Answers of the 4xx range, and KMS's, that pass without anybody doing anything. */
const PASSING =
  /Throttl|TooManyRequests|SlowDown|^RequestTime|^ExpiredToken|^OperationAborted|ConditionalRequestConflict|^KMS\..*(Internal|Timeout|Unavailable)/;

/** Whole sentences from their start: after that S3 quotes the key, which can contain any text. */
const KMS_REFUSES = /^User: \S+ is not authorized to perform: kms:|^The ciphertext refers to a customer master key/;
const CUSTOMER_KEY_MISSING = /server.side encryption|customer.provided|SSE-C/i;

/**
 * Converts an error of S3 or the connection to a domain error. HeadObject has no error body, so only the HTTP status
 * is known.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function toStorageError(fault: unknown, what: string): AirlockError {
  if (fault instanceof AirlockError) return fault;
  const { name = 'Error', message = '', $metadata } = (fault ?? {}) as SdkFault;
  const status = $metadata?.httpStatusCode;
  const text = `${what}: ${name}${message && message !== name ? `: ${message}` : ''}`;
  const options = { cause: fault };

  if (status === undefined || status < 300 || status >= 500 || status === 408 || status === 429 || PASSING.test(name)) {
    return new StorageUnavailable(text, options);
  }
  if (name === 'InvalidObjectState') return new ObjectUnreadable(FINDINGS.archived, text, options);
  if (name.startsWith('KMS.') || KMS_REFUSES.test(message)) {
    return new ObjectUnreadable(FINDINGS.noKeyAccess, text, options);
  }
  // HeadObject has no body: S3 answers only 400 when the customer's key is missing.
  if (status === 400 && (what === 'HeadObject' || CUSTOMER_KEY_MISSING.test(message))) {
    return new ObjectUnreadable(FINDINGS.customerKey, text, options);
  }
  // 416: the object ends before the range, so it is shorter than its reference says.
  if (status === 412 || status === 416) return new ObjectReplaced(text, options);
  if (status === 404 || status === 405) return new ObjectGone(text, options);
  if (status === 401 || status === 403) return new AccessDenied(text, options);
  // The bucket is in another region than AWS_REGION.
  if (status < 400 || name === 'AuthorizationHeaderMalformed') return new InvalidConfiguration(text, options);
  return new InvalidInput(text, options);
}

/** @throws AirlockError instead of what `call` throws */
export async function translated<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (fault) {
    throw toStorageError(fault, operation);
  }
}

/**
 * "Gone" ends without a verdict, counts as deleted and sets off no alarm, so S3 is asked twice: one wrong answer
 * must not skip an object.
 * @throws AirlockError instead of what `call` throws
 */
export function asked<T>(operation: string, call: () => Promise<T>): Promise<T> {
  return translated(operation, call).catch((fault) => {
    if (fault instanceof ObjectGone) return translated(operation, call);
    throw fault;
  });
}
