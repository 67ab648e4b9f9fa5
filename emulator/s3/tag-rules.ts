import { invalidArgument, S3Error } from './errors.ts';

export type TagSet = Readonly<Record<string, string>>;

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const invalidTag = (message: string, key?: string) =>
  new S3Error(400, 'InvalidTag', message, { details: { TagKey: key } });

/**
 * S3's rules for an object's tag set: 10 tags, keys of 1 to 128 and values of 0 to 256 UTF-16 code units.
 * @throws S3Error BadRequest or InvalidTag
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 */
export function toTagSet(pairs: readonly (readonly [string, string])[]): TagSet {
  if (pairs.length > 10) throw new S3Error(400, 'BadRequest', 'Object tags cannot be greater than 10');
  const tags = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (key.length === 0 || key.length > 128 || !ALLOWED.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', key);
    }
    if (key.startsWith('aws:')) throw invalidTag('System tags cannot be added/updated by requester', key);
    if (value.length > 256 || !ALLOWED.test(value)) throw invalidTag('The TagValue you have provided is invalid', key);
    if (tags.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', key);
    tags.set(key, value);
  }
  return Object.freeze(Object.fromEntries(tags));
}

/** Reads `x-amz-tagging`: URL query parameters. @throws S3Error */
export function parseTaggingHeader(header: string | undefined): TagSet {
  if (header === undefined || header === '') return {};
  const malformed = () =>
    invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      header,
    );
  const decode = (text: string) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      throw malformed();
    }
  };
  const pairs = header.split('&').map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  });
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw malformed();
  return toTagSet(pairs);
}
