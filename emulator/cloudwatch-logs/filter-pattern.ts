/**
 * Whether a message matches an unstructured filter pattern: every term occurs in it, letters as they are written. Terms
 * with other characters than letters, digits and underscores are in double quotes.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws Error for a pattern of another kind
 */
export function filterOf(pattern: string): (message: string) => boolean {
  const terms = [...pattern.matchAll(TERM)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const rest = pattern.replaceAll(TERM, '').trim();
  if (rest !== '')
    throw new Error(`filter pattern ${JSON.stringify(pattern)}: only quoted terms and words are served here`);
  return (message) => terms.every((term) => message.includes(term));
}

const TERM = /(?<=^|\s)(?:"([^"\\]+)"|(\w+))(?=\s|$)/g;
