import { accessDenied, invalidArgument, S3Error } from './errors.ts';

/** The caller, only by the access key id: this server does not verify signatures (emulator/README.md). */
export interface Caller {
  /** undefined: anonymous. */
  readonly accessKeyId: string | undefined;
  readonly authType: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST' | undefined;
}

/** @throws S3Error InvalidArgument for a scheme that is not AWS's, AccessDenied for an expired presigned URL */
export function resolveCaller(
  authorization: string | undefined,
  query: ReadonlyMap<string, string>,
  now: Date,
): Caller {
  if (authorization !== undefined) {
    const accessKeyId =
      /^AWS4-[A-Z0-9-]+ .*Credential=([^/,\s]+)\//.exec(authorization)?.[1] ?? /^AWS ([^:]+):/.exec(authorization)?.[1];
    if (accessKeyId === undefined) {
      throw invalidArgument('Unsupported Authorization Type', 'Authorization', authorization.split(' ', 1)[0]);
    }
    return { accessKeyId, authType: 'REST-HEADER' };
  }
  const credential = query.get('X-Amz-Credential');
  if (credential === undefined) return { accessKeyId: undefined, authType: undefined };
  checkExpiry(query.get('X-Amz-Date'), query.get('X-Amz-Expires'), now);
  return { accessKeyId: credential.split('/', 1)[0], authType: 'REST-QUERY-STRING' };
}

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
