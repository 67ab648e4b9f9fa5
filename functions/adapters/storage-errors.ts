import {
  AccessDenied,
  AirlockError,
  InvalidInput,
  ObjectGone,
  ObjectReplaced,
  ObjectUnreadable,
  StorageUnavailable,
} from '../domain/errors.ts';
import { FINDINGS } from '../domain/verdict.ts';

interface SdkFault {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound', 'MethodNotAllowed', 'NoSuchBucket']);

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

  if (name === 'InvalidObjectState') return new ObjectUnreadable(FINDINGS.archived, text, options);
  if (/^KMS\.|kms:Decrypt|KMS key/i.test(`${name} ${message}`) && status !== undefined && status < 500) {
    return new ObjectUnreadable(FINDINGS.noKeyAccess, text, options);
  }
  // HeadObject has no body to tell it: 400 is all that S3 says when the customer's key is missing.
  if (status === 400 && (what === 'HeadObject' || /server.side encryption|customer.provided|SSE-C/i.test(message))) {
    return new ObjectUnreadable(FINDINGS.customerKey, text, options);
  }
  if (name === 'PreconditionFailed' || status === 412) return new ObjectReplaced(text, options);
  if (GONE.has(name) || status === 404 || status === 405) return new ObjectGone(text, options);
  if (name === 'AccessDenied' || name === 'Forbidden' || status === 401 || status === 403) {
    return new AccessDenied(text, options);
  }
  if (status === 416) return new StorageUnavailable(text, options);
  if (
    status !== undefined &&
    status >= 400 &&
    status < 500 &&
    !THROTTLED.has(name) &&
    status !== 429 &&
    status !== 408
  ) {
    return new InvalidInput(text, options);
  }
  return new StorageUnavailable(text, options);
}

const THROTTLED = new Set([
  'SlowDown',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'OperationAborted',
  'ThrottlingException',
]);
