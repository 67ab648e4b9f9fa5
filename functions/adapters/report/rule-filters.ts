import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { KeyFilters } from '../../domain/rescan/strategy.ts';
import { clientSettings } from '../aws/sdk-client.ts';
import { translated } from '../aws/storage-errors.ts';
import type { Environment } from '../process/environment.ts';
import { deployedFilters } from './deployed-filters.ts';

export type RuleFilters = (rule: string, trusted: readonly string[]) => Promise<KeyFilters>;

/** Reads them from the rule of a bucket's uploads, by its name. May throw AccessDenied, StorageUnavailable. */
export function createRuleFilters(env: Environment): RuleFilters {
  const client = new EventBridgeClient(clientSettings(env, 'EVENTBRIDGE'));
  return (rule, trusted) => translated(`DescribeRule ${rule}`, () => deployedFilters(client, `:rule/${rule}`, trusted));
}
