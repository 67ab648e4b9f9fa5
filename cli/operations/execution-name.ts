import { createHash } from 'node:crypto';

/**
 * The same name for the same identity, so that Step Functions starts an execution only once. At most 80 characters:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function nameOf(identity: readonly (string | undefined)[], prefix = 'redriven'): string {
  const hash = createHash('sha256').update(JSON.stringify(identity.map((part) => part ?? null)));
  return `${prefix}-${hash.digest('hex').slice(0, 40)}`;
}
