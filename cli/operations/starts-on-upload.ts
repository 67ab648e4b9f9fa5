import { DescribeRuleCommand, type EventBridgeClient, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { ruleOf } from '../../functions/domain/rule-of.ts';
import type { ObjectAddress } from './s3-uri.ts';

/** How S3 names the request that created an object. */
const REASONS = ['PutObject', 'POST Object', 'CopyObject', 'CompleteMultipartUpload'] as const;

/** Which uploads of a key the configuration lets start a scan. */
export interface StartsOnUpload {
  /** The rule is on. */
  readonly enabled: boolean;
  /** Those of S3's reasons that start one: all as a rule, none where the key is filtered out. */
  readonly reasons: readonly string[];
  readonly all: boolean;
}

/**
 * Asks EventBridge whether the deployed rule of a bucket matches an upload of this key.
 * @throws what the SDK throws
 */
export async function startsOnUpload(
  client: EventBridgeClient,
  ruleArn: string,
  { bucket, key }: ObjectAddress,
): Promise<StartsOnUpload> {
  const { Name, EventBusName } = ruleOf(ruleArn);
  const { State, EventPattern = '{}' } = await client.send(new DescribeRuleCommand({ Name, EventBusName }));
  const [, , , region = '', account = ''] = ruleArn.split(':');
  const answers = await Promise.all(
    REASONS.map(async (reason) => {
      const event = {
        id: '0',
        version: '0',
        account,
        region,
        source: 'aws.s3',
        time: new Date(0).toISOString(),
        resources: [],
        'detail-type': 'Object Created',
        detail: { bucket: { name: bucket }, object: { key }, reason },
      };
      const asked = new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) });
      return (await client.send(asked)).Result === true;
    }),
  );
  const reasons = REASONS.filter((_, at) => answers[at]);
  return { enabled: State !== 'DISABLED', reasons, all: reasons.length === REASONS.length };
}
