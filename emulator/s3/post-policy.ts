import { accessDenied, S3Error } from './errors.ts';

const EXEMPT = new Set(['policy', 'x-amz-signature', 'file', 'bucket']);

/** Checks of a form's policy that need the whole file. */
export interface PostPolicy {
  /** Bytes. @throws S3Error EntityTooSmall, EntityTooLarge */
  checkSize(size: number): void;
}

/**
 * Checks the fields of a form against its policy (base64 of JSON). The signature is not verified.
 * @throws S3Error AccessDenied, InvalidPolicyDocument
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function checkPostPolicy(fields: ReadonlyMap<string, string>, bucket: string, now: Date): PostPolicy {
  const encoded = fields.get('policy');
  if (encoded === undefined) return { checkSize: () => undefined };
  const { expiration, conditions } = parsePolicy(encoded);
  if (!(now.getTime() <= Date.parse(expiration))) throw invalid('Policy expired.');
  const values = new Map([...fields, ['bucket', bucket]]);
  const named = new Set<string>();
  let range: readonly [number, number] = [0, Number.POSITIVE_INFINITY];
  for (const condition of conditions) {
    const [operator, subject, operand] = normalise(condition);
    if (operator === 'content-length-range') {
      range = [Number(subject), Number(operand)];
      continue;
    }
    const name = subject.replace(/^\$/, '').toLowerCase();
    named.add(name);
    const value = values.get(name) ?? '';
    const holds = operator === 'starts-with' ? value.startsWith(operand) : value === operand;
    if (!holds) throw invalid(`Policy Condition failed: ${JSON.stringify(condition)}`);
  }
  const extra = [...fields.keys()].find(
    (name) => !named.has(name) && !EXEMPT.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra !== undefined) throw invalid(`Extra input fields: ${extra}`);
  return {
    checkSize: (size) => {
      const details = { ProposedSize: size };
      const [min, max] = range;
      if (size < min) {
        throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
          details: { ...details, MinSizeAllowed: min },
        });
      }
      if (size > max) {
        throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
          details: { ...details, MaxSizeAllowed: max },
        });
      }
    },
  };
}

const invalid = (what: string) => accessDenied(`Invalid according to Policy: ${what}`);

function parsePolicy(encoded: string): { expiration: string; conditions: readonly unknown[] } {
  try {
    const { expiration, conditions } = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    if (typeof expiration === 'string' && Array.isArray(conditions)) return { expiration, conditions };
  } catch {
    // falls through
  }
  throw new S3Error(400, 'InvalidPolicyDocument', 'The content of the form does not meet the conditions specified');
}

/** `{"acl": "private"}` is short for `["eq", "$acl", "private"]`. */
function normalise(condition: unknown): [string, string, string] {
  if (Array.isArray(condition)) {
    const [operator, subject, operand] = condition.map(String);
    return [(operator ?? '').toLowerCase(), subject ?? '', operand ?? ''];
  }
  const [name, value] = Object.entries(condition as object)[0] ?? ['', ''];
  return ['eq', name, String(value)];
}
