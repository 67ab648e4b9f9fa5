import { DescribeRuleCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { z } from 'zod';
import type { DeployedBucket } from '../../functions/domain/deployed-bucket.ts';
import type { KeyFilters } from '../../functions/domain/rescan/strategy.ts';
import { ruleOf } from '../../functions/domain/rule-of.ts';

/** The parts of an upload rule's pattern that decide what it lets through: infra/constructs/state-machines/upload-rule.ts. */
export const UploadPattern = z.looseObject({
  detail: z.looseObject({
    object: z
      .looseObject({
        key: z.array(
          z.union([
            z.strictObject({ prefix: z.string() }),
            z.strictObject({ suffix: z.string() }),
            z.strictObject({ wildcard: z.string() }),
            z.strictObject({ 'anything-but': z.strictObject({ prefix: z.array(z.string()) }) }),
          ]),
        ),
      })
      .optional(),
    reason: z.array(z.string()).optional(),
  }),
});
export type UploadPattern = z.infer<typeof UploadPattern>;

/** What keys begin and end with. */
export interface Place {
  readonly prefix: string;
  readonly suffix: string;
}

function placeOf(matcher: NonNullable<UploadPattern['detail']['object']>['key'][number]): Place {
  // Where trusted prefixes are left out, there are no other filters.
  if ('anything-but' in matcher) return { prefix: '', suffix: '' };
  if ('prefix' in matcher) return { prefix: matcher.prefix, suffix: '' };
  if ('suffix' in matcher) return { prefix: '', suffix: matcher.suffix };
  // A backslash escapes `*` and itself.
  const [prefix = '', suffix = ''] = matcher.wildcard.split(/(?<=^(?:\\.|[^\\*])*)\*/s, 2);
  const literal = (text: string) => text.replace(/\\([\\*])/g, '$1');
  return { prefix: literal(prefix), suffix: literal(suffix) };
}

export const placesOf = ({ detail: { object } }: UploadPattern): readonly Place[] =>
  object?.key.map(placeOf) ?? [{ prefix: '', suffix: '' }];

/**
 * Which keys the deployed rule of a bucket lets through, and which are trusted.
 * @throws what the SDK throws; Error for a rule that is not the stack's
 */
export async function deployedFilters(
  client: EventBridgeClient,
  { starts: { uploadRuleArn }, gate: { trusted = [] } }: DeployedBucket,
): Promise<KeyFilters> {
  const { Name, EventBusName } = ruleOf(uploadRuleArn);
  const { EventPattern = '{}' } = await client.send(new DescribeRuleCommand({ Name, EventBusName }));
  // The rule has each prefix with each suffix.
  const places = placesOf(UploadPattern.parse(JSON.parse(EventPattern)));
  const different = (texts: readonly string[]) => [...new Set(texts)].filter((text) => text !== '');
  return {
    prefixes: different(places.map(({ prefix }) => prefix)),
    suffixes: different(places.map(({ suffix }) => suffix)),
    trusted: trusted.map(({ prefix }) => prefix),
  };
}
