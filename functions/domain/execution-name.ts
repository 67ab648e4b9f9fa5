import type { Digest } from './ports.ts';

/**
 * The same name for the same identity, so that Step Functions starts an execution only once. At most 80 characters:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 * @param digest hexadecimal
 */
export function executionName(prefix: string, identity: readonly (string | undefined)[], digest: Digest): string {
  return `${prefix}-${digest(JSON.stringify(identity.map((part) => part ?? null))).slice(0, 40)}`;
}
