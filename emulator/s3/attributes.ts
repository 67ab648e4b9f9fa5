import { createHash } from 'node:crypto';
import type { ObjectAttributes, StoredObject } from './buckets.ts';
import type { ResponseHeaders } from './call.ts';
import { accessDenied, invalidArgument, invalidRequest, notImplemented, S3Error } from './errors.ts';

/** Named values of a request: its headers, or the fields of a form. */
export interface Fields {
  readonly names: Iterable<string>;
  /** By lower-case name. */
  get(name: string): string | undefined;
}

const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
];

const SYSTEM_METADATA = ['cache-control', 'content-disposition', 'content-language', 'expires'];
/** Of this object alone: no copy takes it along. */
export const WEBSITE_REDIRECT = 'x-amz-website-redirect-location';
const REFUSED = ['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date', 'x-amz-object-lock-legal-hold'];

/** The attributes that a client sends with an object. @throws S3Error */
export function readAttributes(fields: Fields): ObjectAttributes {
  for (const name of [...REFUSED, 'x-amz-write-offset-bytes']) {
    if (fields.get(name) !== undefined) throw notImplemented(`the header ${name}`);
  }
  const acl = fields.get('x-amz-acl');
  if (acl !== undefined && acl !== 'private' && acl !== 'bucket-owner-full-control') {
    throw new S3Error(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
  const storageClass = fields.get('x-amz-storage-class') ?? 'STANDARD';
  if (!STORAGE_CLASSES.includes(storageClass)) {
    throw new S3Error(400, 'InvalidStorageClass', 'The storage class you specified is not valid');
  }
  const customerKeyMd5 = readCustomerKey(fields);
  return {
    storageClass,
    headers: {
      ...readMetadata(fields),
      ...(customerKeyMd5 === undefined ? readEncryption(fields) : customerKeyHeaders(customerKeyMd5)),
    },
    customerKeyMd5,
  };
}

function readMetadata(fields: Fields): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': fields.get('content-type') || 'binary/octet-stream' };
  for (const name of SYSTEM_METADATA) {
    const value = fields.get(name);
    if (value !== undefined) headers[name] = value;
  }
  const redirect = fields.get(WEBSITE_REDIRECT);
  if (redirect !== undefined) {
    if (!/^(?:\/|https?:\/\/)/i.test(redirect)) {
      throw new S3Error(
        400,
        'InvalidRedirectLocation',
        'The website redirect location must have a prefix of http:// or https:// or /.',
      );
    }
    headers[WEBSITE_REDIRECT] = redirect;
  }
  const encoding = (fields.get('content-encoding') ?? '').split(',').map((item) => item.trim());
  const kept = encoding.filter((item) => item !== '' && item !== 'aws-chunked').join(',');
  if (kept !== '') headers['content-encoding'] = kept;
  let size = 0;
  for (const name of fields.names) {
    const value = fields.get(name);
    if (!name.startsWith('x-amz-meta-') || value === undefined) continue;
    headers[name] = value;
    size += name.length - 'x-amz-meta-'.length + Buffer.byteLength(value);
  }
  if (size > 2048) {
    throw new S3Error(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  }
  return headers;
}

function readEncryption(fields: Fields): Record<string, string> {
  const algorithm = fields.get('x-amz-server-side-encryption') ?? 'AES256';
  const keyId = fields.get('x-amz-server-side-encryption-aws-kms-key-id');
  if (!['AES256', 'aws:kms', 'aws:kms:dsse'].includes(algorithm)) {
    throw invalidArgument(
      'The encryption method specified is not supported',
      'x-amz-server-side-encryption',
      algorithm,
    );
  }
  return {
    'x-amz-server-side-encryption': algorithm,
    ...(algorithm !== 'AES256' && keyId !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': keyId }),
  };
}

const customerKeyHeaders = (md5: string) => ({
  'x-amz-server-side-encryption-customer-algorithm': 'AES256',
  'x-amz-server-side-encryption-customer-key-md5': md5,
});

/** MD5 of the SSE-C key in the request (`x-amz-` or `x-amz-copy-source-` headers). @throws S3Error */
export function readCustomerKey(fields: Pick<Fields, 'get'>, prefix = 'x-amz-'): string | undefined {
  const header = `${prefix}server-side-encryption-customer`;
  const [algorithm, key, md5] = ['algorithm', 'key', 'key-md5'].map((part) => fields.get(`${header}-${part}`));
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  if (algorithm !== 'AES256') throw invalidArgument('The encryption algorithm must be AES256.', `${header}-algorithm`);
  const bytes = Buffer.from(key ?? '', 'base64');
  if (bytes.length !== 32) throw invalidArgument('The secret key was invalid for the specified algorithm.');
  const actual = createHash('md5').update(bytes).digest('base64');
  if (md5 !== actual) {
    throw invalidArgument('The calculated MD5 hash of the key did not match the hash that was provided.');
  }
  return actual;
}

/** SSE-C content can only be read with its own key. @throws S3Error InvalidRequest, AccessDenied */
export function checkCustomerKey(object: StoredObject<unknown>, given: string | undefined): void {
  const { customerKeyMd5 } = object.attributes;
  if (customerKeyMd5 !== undefined && given === undefined) {
    throw invalidRequest(
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    );
  }
  if (customerKeyMd5 === undefined && given !== undefined) {
    throw invalidRequest('The encryption parameters are not applicable to this object.');
  }
  if (customerKeyMd5 !== given) throw accessDenied();
}

export const isArchived = ({ attributes }: StoredObject<unknown>): boolean =>
  attributes.storageClass === 'GLACIER' || attributes.storageClass === 'DEEP_ARCHIVE';

/** The object headers that S3 also returns after a write. */
export function encryptionHeaders(attributes: ObjectAttributes): ResponseHeaders {
  return Object.fromEntries(
    Object.entries(attributes.headers).filter(([name]) => name.startsWith('x-amz-server-side-encryption')),
  );
}
