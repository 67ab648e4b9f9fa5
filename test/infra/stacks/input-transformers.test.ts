import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { quotedVariables, targetInput } from '../../../functions/domain/event-input.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';
import { HOSTILE_KEYS, hostileKey } from '../../support/odd-keys.ts';

/*
 * EventBridge does not escape what it puts into a template: a key with a quote in it could rewrite an execution's
 * policy. So no variable stands inside quotes, and each is an object, never a text of the uploader's.
 */
const BUCKETS = [
  { versioned: false },
  {
    name: 'made-here',
    prefixes: ['in/', 'a "quoted" <detail>/'],
    suffixes: ['.pdf'],
    reasons: ['PutObject'],
    onInfected: 'quarantine',
  },
  { name: 'was-there', existing: true, rescan: { schedule: null } },
];
const CONFIGS = [
  ['the default configuration', {}],
  ['every kind of bucket', { buckets: BUCKETS }],
  ['express workflows', { workflow: 'EXPRESS', allowedTypes: ['*'], activeContent: 'reject', buckets: BUCKETS }],
] as const;

interface Transformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/** Each input transformer anywhere in it. */
function* transformersIn(value: unknown): Generator<Transformer> {
  if (value === null || typeof value !== 'object') return;
  for (const [name, child] of Object.entries(value)) {
    if (name === 'InputTransformer') yield child;
    else yield* transformersIn(child);
  }
}

describe.each(CONFIGS)('the input transformers of %s', (_, airlock) => {
  let transformers: Transformer[];
  beforeAll(async () => {
    const { resources } = readTemplate((await synthesis(airlock)).template);
    transformers = [...resources.values()].flatMap(({ properties }) => [...transformersIn(properties)]);
  }, 60_000);

  it('put no variable inside quotes', () => {
    const expected = 'buckets' in airlock ? airlock.buckets.length : 1;
    expect(transformers).toHaveLength(expected);
    expect(transformers.flatMap(({ InputTemplate }) => quotedVariables(InputTemplate))).toEqual([]);
  });

  it('take nothing of an event but its whole detail', () => {
    for (const { InputPathsMap } of transformers) expect(InputPathsMap).toEqual({ detail: '$.detail' });
  });

  const event = (key: string) => ({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'uploads' }, object: { key, size: 1, etag: 'e', 'version-id': 'v' } },
  });
  const policyOf = (transformer: Transformer) => (targetInput(event('k'), transformer) as { policy: object }).policy;

  it.each(HOSTILE_KEYS)('give an execution the same JSON with the key %j', (key) => {
    for (const transformer of transformers) {
      const { detail } = event(key);
      expect(targetInput(event(key), transformer)).toEqual({ detail, policy: policyOf(transformer) });
    }
  });

  it('give an execution the same JSON with any key', () => {
    for (const transformer of transformers) {
      const policy = policyOf(transformer);
      fc.assert(
        fc.property(hostileKey, (key) => {
          const { detail } = event(key);
          expect(targetInput(event(key), transformer)).toEqual({ detail, policy });
        }),
        { numRuns: 200 },
      );
    }
  });
});
