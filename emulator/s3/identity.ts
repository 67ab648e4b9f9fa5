import { accessDenied, invalidArgument, invalidRequest, S3Error } from './errors.ts';

/** The caller, only by the access key id: this server does not verify signatures (emulator/README.md). */
export interface Caller {
  /** undefined: anonymous. */
  readonly accessKeyId: string | undefined;
  readonly authType: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST' | undefined;
}

/**
 * @throws S3Error InvalidRequest for Signature Version 2, InvalidArgument for a scheme that is not AWS's, AccessDenied
 *   for an expired presigned URL
 */
export function resolveCaller(
  authorization: string | undefined,
  query: ReadonlyMap<string, string>,
  now: Date,
): Caller {
  if (authorization !== undefined) {
    if (authorization.startsWith('AWS ')) throw signatureVersion2();
    const accessKeyId = /^AWS4-[A-Z0-9-]+ .*Credential=([^/,\s]+)\//.exec(authorization)?.[1];
    if (accessKeyId === undefined) {
      throw invalidArgument('Unsupported Authorization Type', 'Authorization', authorization.split(' ', 1)[0]);
    }
    return { accessKeyId, authType: 'REST-HEADER' };
  }
  if (query.has('AWSAccessKeyId')) throw signatureVersion2();
  const credential = query.get('X-Amz-Credential');
  if (credential === undefined) return { accessKeyId: undefined, authType: undefined };
  checkExpiry(query.get('X-Amz-Date'), query.get('X-Amz-Expires'), now);
  return { accessKeyId: credential.split('/', 1)[0], authType: 'REST-QUERY-STRING' };
}

/**
 * S3's own answer for buckets and regions younger than Signature Version 2, and what to set: boto3 presigns with it in
 * us-east-1 unless it is told otherwise.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv2-sunset.html
 */
export const signatureVersion2 = () =>
  invalidRequest(
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256. ' +
      "(This request is signed with Signature Version 2. boto3: Config(signature_version='s3v4'); " +
      'AWS CLI: aws configure set default.s3.signature_version s3v4; rclone and s3cmd: without --s3-v2-auth and ' +
      '--signature-v2.)',
  );

function checkExpiry(date: string | undefined, expires: string | undefined, now: Date): void {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? '') ?? [];
  const signed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const seconds = Number(expires);
  if (Number.isNaN(signed) || !(seconds >= 1 && seconds <= 604_800)) {
    throw new S3Error(
      400,
      'AuthorizationQueryParametersError',
      'X-Amz-Date must be in the format yyyyMMddTHHmmssZ and X-Amz-Expires between 1 and 604800 seconds',
    );
  }
  if (now.getTime() > signed + seconds * 1000) throw accessDenied('Request has expired');
}
