import { z } from 'zod';

/** S3 has no longer keys. */
const MAX_KEY_BYTES = 1024;

/** The characters that S3 calls safe, but for `*`: in a policy they mean themselves, and no encoding changes them. */
const SAFE = /^[A-Za-z0-9!_.'()/-]*$/;

/** No wildcard: in a condition on an ARN, `*` and `?` are some. */
export const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** Keys that begin with it are written by these roles alone, and nothing there is scanned. */
export const TrustedPrefix = z.strictObject({
  prefix: z.string().superRefine((prefix, { addIssue }) => {
    const fault = faultIn(prefix);
    if (fault !== undefined) addIssue({ code: 'custom', message: fault, input: prefix });
  }),
  writerRoleArns: z
    .array(z.string().regex(ROLE_ARN, 'is not the ARN of a role'))
    .min(1, 'is empty: nobody could write there'),
});
export type TrustedPrefix = z.infer<typeof TrustedPrefix>;

function faultIn(prefix: string): string | undefined {
  if (prefix === '') return 'is empty: nothing in the bucket would be scanned';
  if (!SAFE.test(prefix)) {
    return "has other characters than A-Z a-z 0-9 ! - _ . ' ( ) and /: they have a meaning of their own in policies, or need encoding";
  }
  if (!prefix.endsWith('/')) {
    return `does not end in /: keys that only begin alike, such as ${JSON.stringify(`${prefix}-other`)}, would be trusted too`;
  }
  if (prefix.slice(0, -1).split('/').some(isOdd)) {
    return 'has an empty part, . or ..: clients resolve these, so that what they write and read are different keys';
  }
  if (prefix.length > MAX_KEY_BYTES) return 'is longer than a key';
  return undefined;
}

const isOdd = (part: string) => part === '' || part === '.' || part === '..';

/** Compared as S3 has them: byte by byte, case included. */
export const isTrusted = (key: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => key.startsWith(prefix));

/** The prefix that makes the key trusted, if one does. */
export const trustedPrefixOf = (
  { trusted = [] }: { readonly trusted?: readonly Pick<TrustedPrefix, 'prefix'>[] | undefined },
  key: string,
): string | undefined => trusted.find(({ prefix }) => key.startsWith(prefix))?.prefix;

/** The first of them that lies in another, with that one. Of equal ones, too. */
export function overlapping(prefixes: readonly string[]): readonly [number, number] | undefined {
  for (const [at, prefix] of prefixes.entries()) {
    const within = prefixes.findIndex((other, index) => index !== at && prefix.startsWith(other));
    if (within !== -1) return [at, within];
  }
  return undefined;
}
