import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { asFile, jsonSchemas } from '../../../infra/config/json-schema.ts';
import { parseConfig } from '../../../infra/config/schema.ts';

const schemas = jsonSchemas();
// What a format means is left to parseConfig here, as editors differ.
const ajv = new Ajv({ validateFormats: false, strict: false });
ajv.addSchema({ ...schemas['airlock.schema.json'] }, 'airlock.schema.json');
const isCdkJson = ajv.compile({ ...schemas['cdk.schema.json'] });
const isAirlock = (airlock: unknown) => isCdkJson({ context: { airlock } });

function parses(airlock: unknown): boolean {
  try {
    parseConfig(airlock);
    return true;
  } catch {
    return false;
  }
}

test.each(Object.entries(schemas))('schema/%s is what `node infra/config/json-schema.ts` writes', (name, schema) => {
  expect(readFileSync(`schema/${name}`, 'utf8')).toBe(asFile(schema));
});

describe('the schema', () => {
  it('takes cdk.json, which names it', () => {
    const cdkJson = JSON.parse(readFileSync('cdk.json', 'utf8'));
    expect(cdkJson.$schema).toBe('./schema/cdk.schema.json');
    expect([isCdkJson(cdkJson), isCdkJson.errors]).toEqual([true, null]);
  });

  it('takes the examples of docs/configuration.md', () => {
    const text = readFileSync('docs/configuration.md', 'utf8');
    for (const [, json = ''] of text.matchAll(/```json\n(\{\s*"airlock.*?)```/gs)) {
      expect([isAirlock(JSON.parse(json).airlock), json]).toEqual([true, json]);
    }
  });

  test.each<[string, unknown]>([
    ['an unknown key', { bukets: [] }],
    ['an unknown key further in', { buckets: [{ nam: 'example' }] }],
    ['a word that is none of the values', { onInfected: 'remove' }],
    ['a number out of range', { engine: { memoryMb: 128 } }],
    ['a wrong type', { buckets: 'example' }],
    ['no object', null],
    ['a bad name', { buckets: [{ name: 'Example' }] }],
  ])('refuses %s, as synth does', (_, airlock) => {
    expect([isAirlock(airlock), parses(airlock)]).toEqual([false, false]);
  });

  it('takes comments', () => {
    expect(isAirlock({ '//': 'why', buckets: [{ '// name': 'ours', name: 'example' }] })).toBe(true);
  });

  it('refuses nothing that synth takes', () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>('tag', 'delete', 'EXPRESS', 'guardduty', 'open', 'documents', '*', 'a@b.example', null),
      fc.constantFrom<unknown>([{}], [{ name: 'example' }], ['images'], ['CLEAN'], [], {}, { rar: 'open' }),
      fc.constantFrom<unknown>({ memoryMb: 4096 }, { timeoutSeconds: 60 }, { retentionDays: 7 }, true, 90, 1024),
      fc.integer(),
      fc.string(),
    );
    const key = fc.constantFrom(...Object.keys(parseConfig({})), 'alarmEmail', 'tagKey', '// comment');
    let taken = 0;
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 2 }), (airlock) => {
        if (!parses(airlock)) return;
        taken += 1;
        expect([isAirlock(airlock), airlock]).toEqual([true, airlock]);
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});
