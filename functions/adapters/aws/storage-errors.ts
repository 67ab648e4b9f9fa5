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
import { FINDINGS } from '../../domain/verdict.ts';

interface SdkFault {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Answers of the 4xx range, and KMS's, that pass without anybody doing anything. */
const PASSING =
  /Throttl|TooManyRequests|SlowDown|^RequestTime|^ExpiredToken|^OperationAborted|ConditionalRequestConflict|^KMS\..*(Internal|Timeout|Unavailable)/;

/** Whole sentences from their start: further on, S3 quotes the key, which can read like anything. */
const KMS_REFUSES = /^User: \S+ is not authorized to perform: kms:|^The ciphertext refers to a customer master key/;
const CUSTOMER_KEY_MISSING = /server.side encryption|customer.provided|SSE-C/i;

/**
 * Says in the domain's words what S3 or the connection to it reported. HeadObject has no error body:
 * there the HTTP status is all there is.
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
  // HeadObject has no body to tell it: 400 is all that S3 says when the customer's key is missing.
  if (status === 400 && (what === 'HeadObject' || CUSTOMER_KEY_MISSING.test(message))) {
    return new ObjectUnreadable(FINDINGS.customerKey, text, options);
  }
  if (status === 412) return new ObjectReplaced(text, options);
  if (status === 404 || status === 405) return new ObjectGone(text, options);
  if (status === 401 || status === 403) return new AccessDenied(text, options);
  // The bucket is in another region than AWS_REGION.
  if (status < 400 || name === 'AuthorizationHeaderMalformed') return new InvalidConfiguration(text, options);
  return new InvalidInput(text, options);
}

/** @throws AirlockError in place of whatever `call` throws */
export async function translated<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (fault) {
    throw toStorageError(fault, operation);
  }
}

/**
 * "Gone" ends without a verdict, counts as deleted and wakes nobody, so it is asked twice: one mistaken answer passes
 * no object over.
 * @throws AirlockError in place of whatever `call` throws
 */
export function asked<T>(operation: string, call: () => Promise<T>): Promise<T> {
  return translated(operation, call).catch((fault) => {
    if (fault instanceof ObjectGone) return translated(operation, call);
    throw fault;
  });
}
