import { describe, expect, it } from '@jest/globals';
import { toStorageError } from '../../../../functions/adapters/aws/storage-errors.ts';
import { ObjectGone, ObjectUnreadable } from '../../../../functions/domain/errors.ts';

/** A fault as the SDK throws it; `status` is undefined when no answer came. */
function sdkFault(name: string, status?: number, message = '') {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

const KMS_DENIED =
  'User: arn:aws:sts::000000000000:assumed-role/ScanObject/x is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action';
const KMS_KEY_MISSING =
  'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.';
const SSE_C =
  'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.';

describe('toStorageError', () => {
  // Names and statuses: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  it.each([
    ['GetObject', 'NoSuchKey', 404, '', 'ObjectGone'],
    ['GetObject', 'NoSuchVersion', 404, '', 'ObjectGone'],
    ['GetObject', 'NoSuchBucket', 404, '', 'ObjectGone'],
    ['HeadObject', 'NotFound', 404, '', 'ObjectGone'],
    ['HeadObject', '404', 404, '', 'ObjectGone'],
    ['HeadObject', '405', 405, '', 'ObjectGone'],
    ['GetObject', 'MethodNotAllowed', 405, 'The specified method is not allowed.', 'ObjectGone'],
    ['PutObjectTagging', 'MethodNotAllowed', 405, '', 'ObjectGone'],
    ['GetObject', 'PreconditionFailed', 412, '', 'ObjectReplaced'],
    ['HeadObject', '412', 412, '', 'ObjectReplaced'],
    ['GetObject', 'AccessDenied', 403, 'Access Denied', 'AccessDenied'],
    ['HeadObject', '403', 403, '', 'AccessDenied'],
    ['GetObject', 'InvalidAccessKeyId', 403, '', 'AccessDenied'],
    ['GetObject', 'SignatureDoesNotMatch', 403, '', 'AccessDenied'],
    ['GetObject', 'Forbidden', 401, '', 'AccessDenied'],
    ['GetObject', 'AccessDenied', 403, KMS_KEY_MISSING, 'ObjectUnreadable no-key-access'],
    ['GetObject', 'InvalidObjectState', 403, '', 'ObjectUnreadable archived'],
    ['GetObject', 'AccessDenied', 403, KMS_DENIED, 'ObjectUnreadable no-key-access'],
    ['GetObject', 'KMS.DisabledException', 400, 'arn:… is disabled.', 'ObjectUnreadable no-key-access'],
    ['GetObject', 'KMS.KMSInvalidStateException', 400, 'is pending deletion', 'ObjectUnreadable no-key-access'],
    ['GetObject', 'KMS.NotFoundException', 400, '', 'ObjectUnreadable no-key-access'],
    ['GetObject', 'KMS.ThrottlingException', 400, 'You have exceeded the rate', 'StorageUnavailable'],
    ['GetObject', 'KMS.DependencyTimeoutException', 400, '', 'StorageUnavailable'],
    ['GetObject', 'KMS.KMSInternalException', 500, '', 'StorageUnavailable'],
    ['GetObject', 'ThrottlingException', 400, 'Rate exceeded', 'StorageUnavailable'],
    ['GetObject', 'InvalidRequest', 400, SSE_C, 'ObjectUnreadable customer-key'],
    ['HeadObject', '400', 400, '', 'ObjectUnreadable customer-key'],
    ['GetObject', 'InternalError', 500, '', 'StorageUnavailable'],
    ['GetObjectTagging', 'Error', 200, 'Unclosed tag', 'StorageUnavailable'],
    ['GetObject', 'SlowDown', 503, 'Please reduce your request rate.', 'StorageUnavailable'],
    ['GetObject', 'ServiceUnavailable', 503, '', 'StorageUnavailable'],
    ['HeadObject', '503', 503, '', 'StorageUnavailable'],
    ['PutObjectTagging', 'OperationAborted', 409, '', 'StorageUnavailable'],
    ['PutObjectTagging', 'ConditionalRequestConflict', 409, '', 'StorageUnavailable'],
    ['GetObject', 'RequestTimeout', 400, '', 'StorageUnavailable'],
    ['GetObject', 'RequestTimeTooSkewed', 403, '', 'StorageUnavailable'],
    ['GetObject', 'ExpiredToken', 400, '', 'StorageUnavailable'],
    ['GetObject', 'TooManyRequests', 429, '', 'StorageUnavailable'],
    ['GetObject', 'TooManyRequests', 400, '', 'StorageUnavailable'],
    ['HeadObject', '429', 429, '', 'StorageUnavailable'],
    ['HeadObject', '408', 408, '', 'StorageUnavailable'],
    ['GetObject', 'KMS.KMSUnavailableException', 400, '', 'StorageUnavailable'],
    ['GetObject', 'SlowDown', 400, '', 'StorageUnavailable'],
    ['GetObject', 'ECONNRESET', undefined, 'read ECONNRESET', 'StorageUnavailable'],
    ['GetObject', 'TimeoutError', undefined, 'socket hang up', 'StorageUnavailable'],
    ['GetObject body', 'Error', undefined, 'aborted', 'StorageUnavailable'],
    ['GetObject', 'AuthorizationHeaderMalformed', 400, "the region 'us-east-1' is wrong", 'InvalidConfiguration'],
    ['GetObject', 'PermanentRedirect', 301, '', 'InvalidConfiguration'],
    ['GetObject', 'MultipleChoices', 300, '', 'InvalidConfiguration'],
    ['GetObject', 'InvalidRange', 416, '', 'ObjectReplaced'],
    ['GetObject', 'KeyTooLongError', 400, '', 'InvalidInput'],
    ['PutObjectTagging', 'InvalidTag', 400, 'The TagValue you have provided is invalid', 'InvalidInput'],
    ['PutObjectTagging', 'BadRequest', 400, 'Object tags cannot be greater than 10', 'InvalidInput'],
  ])('calls %s %s %s %j %s', (what, name, status, message, expected) => {
    const fault = sdkFault(name, status, message);
    const error = toStorageError(fault, what);
    const finding = error instanceof ObjectUnreadable ? ` ${error.finding}` : '';
    expect(`${error.name}${finding}`).toBe(expected);
    expect(error.cause).toBe(fault);
    expect(error.message).toContain(what);
  });

  it('is not misled by a key that reads like an error', () => {
    const on = (key: string) =>
      toStorageError(
        sdkFault(
          'AccessDenied',
          403,
          `User: arn:aws:iam::0:user/x is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::uploads/${key}"`,
        ),
        'GetObject',
      ).name;
    expect(on('my KMS key.pdf')).toBe('AccessDenied');
    expect(on('User: x is not authorized to perform: kms:Decrypt')).toBe('AccessDenied');
  });

  it.each(['NoRequestTimeout', 'NoExpiredToken', 'NoOperationAborted', 'NoKMS.KMSInternalException'])(
    'is not misled by a name that only ends like a passing fault: %s',
    (name) => {
      expect(toStorageError(sdkFault(name, 400), 'GetObject').name).toBe('InvalidInput');
    },
  );

  it('is not misled by a key that reads like the words of KMS', () => {
    const message = `Access denied to "${KMS_KEY_MISSING}"`;
    expect(toStorageError(sdkFault('AccessDenied', 403, message), 'GetObject').name).toBe('AccessDenied');
  });

  it('says what was asked, what S3 called it, and why where it says more than the name', () => {
    const text = (fault: unknown) => toStorageError(fault, 'HeadObject').message;
    expect(text(sdkFault('SlowDown', 503, 'Please reduce your request rate.'))).toBe(
      'HeadObject: SlowDown: Please reduce your request rate.',
    );
    expect(text(sdkFault('NotFound', 404, 'NotFound'))).toBe('HeadObject: NotFound');
    expect(text(sdkFault('NotFound', 404))).toBe('HeadObject: NotFound');
    for (const odd of [{}, undefined, 'text']) expect(text(odd)).toBe('HeadObject: Error');
  });

  it('lets a domain error through as it is', () => {
    const gone = new ObjectGone('gone');
    expect(toStorageError(gone, 'GetObject')).toBe(gone);
  });

  it.each([undefined, null, 'text', 42, {}])('calls the odd fault %j transient, and does not break on it', (fault) => {
    expect(toStorageError(fault, 'GetObject').name).toBe('StorageUnavailable');
  });
});
