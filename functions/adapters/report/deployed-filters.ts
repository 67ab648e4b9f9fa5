import { DescribeRuleCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { KeyFilters } from '../../domain/rescan/strategy.ts';
import { ruleOf } from '../../domain/rule-of.ts';
import { filtersOf } from '../../domain/upload-pattern.ts';

/**
 * Which keys the deployed rule of a bucket lets through, and which are trusted.
 * @throws what the SDK throws; Error for a rule that is not the stack's
 */
export async function deployedFilters(
  client: EventBridgeClient,
  ruleArn: string,
  trusted: readonly string[],
): Promise<KeyFilters> {
  const { Name, EventBusName } = ruleOf(ruleArn);
  const { EventPattern = '{}' } = await client.send(new DescribeRuleCommand({ Name, EventBusName }));
  return { ...filtersOf(EventPattern), trusted };
}
