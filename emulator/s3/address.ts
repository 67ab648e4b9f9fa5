import { invalidArgument, S3Error } from './errors.ts';

/** The resource in a request target. Nothing is normalized: `../../local`, `//` and `%2F` are parts of keys. */
export interface Address {
  /** '' for the service itself. */
  readonly bucket: string;
  /** '' for the bucket itself. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Percent-decodes to UTF-8. A bare `+` is a space in paths too: S3 does that, clients send `%2B`.
 * @throws S3Error InvalidURI
 */
function decodeUri(text: string): string {
  try {
    const bytes = text
      .replaceAll('+', ' ')
      .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (/%(?![0-9a-f]{2})/i.test(text)) throw new URIError(text);
    return UTF8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.", { details: { URI: text } });
  }
}

/**
 * Path style (`/bucket/key`), or virtual-host style under `*.localhost` and `*.s3.localhost`.
 * @throws S3Error InvalidURI, KeyTooLongError
 */
export function parseAddress(target: string, host = ''): Address {
  const path = target.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = path.indexOf('?');
  const rawPath = (mark < 0 ? path : path.slice(0, mark)).replace(/^\//, '');
  const query = new Map<string, string>();
  for (const pair of mark < 0 ? [] : path.slice(mark + 1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    query.set(decodeUri(name), decodeUri(value));
  }
  const hosted = /^(.+?)(?:\.s3)?\.localhost(?::\d+)?$/i.exec(host)?.[1];
  if (hosted !== undefined && hosted !== 's3') return { bucket: hosted, key: checkKey(decodeUri(rawPath)), query };
  const slash = rawPath.indexOf('/');
  if (slash < 0) return { bucket: decodeUri(rawPath), key: '', query };
  return { bucket: decodeUri(rawPath.slice(0, slash)), key: checkKey(decodeUri(rawPath.slice(slash + 1))), query };
}

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** `x-amz-copy-source`: `bucket/key`, URL-encoded, perhaps `?versionId=`. @throws S3Error */
export function parseCopySource(header: string): CopySource {
  const [, path = '', version] = /^\/?([^?]*)(?:\?versionId=(.*))?$/s.exec(header) ?? [];
  const decoded = decodeUri(path);
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1 || header.startsWith('arn:')) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  }
  const versionId = version === undefined ? undefined : checkVersionId(decodeUri(version));
  return { bucket: decoded.slice(0, slash), key: checkKey(decoded.slice(slash + 1)), versionId };
}

export function checkKey(key: string): string {
  if (Buffer.byteLength(key) > 1024) {
    throw new S3Error(400, 'KeyTooLongError', 'Your key is too long', {
      details: { Size: Buffer.byteLength(key), MaxSizeAllowed: 1024 },
    });
  }
  return key;
}

/** The form of this server's own ids; S3 also refuses an id that it cannot have issued. */
export function checkVersionId(versionId: string): string {
  if (versionId === 'null' || /^[A-Za-z0-9._]{32}$/.test(versionId)) return versionId;
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', versionId);
  throw invalidArgument('Invalid version id specified', 'versionId', versionId);
}

/**
 * `encoding-type=url` in listings: parentheses are encoded, slashes are not, a space is a `+`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html (EncodingType; its `+` is what botocore decodes)
 */
export const encodeKey = (key: string): string =>
  encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+').replaceAll('(', '%28').replaceAll(')', '%29');
