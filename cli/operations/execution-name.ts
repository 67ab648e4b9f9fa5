import { createHash } from 'node:crypto';
import { executionName } from '../../functions/domain/execution-name.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The same name for the same identity, so that Step Functions starts an execution only once. */
export const nameOf = (identity: readonly (string | undefined)[], prefix = 'redriven'): string =>
  executionName(prefix, identity, sha256);
