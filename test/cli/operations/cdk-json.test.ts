import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { withAirlock } from '../../../cli/operations/cdk-json.ts';

const SECTION = { '//': 'why', buckets: [{ name: 'example', prefixes: ['in/'] }], onInfected: 'delete', engine: {} };

describe('withAirlock', () => {
  it('writes a section one key a line, before what the context holds', () => {
    const text = '{\n  "app": "x",\n  "context": {\n    "flag":   true\n  }\n}\n';
    expect(withAirlock(text, SECTION)).toBe(
      [
        '{\n  "app": "x",\n  "context": {\n    "airlock": {',
        '      "//": "why",',
        '      "buckets": [{ "name": "example", "prefixes": ["in/"] }],',
        '      "onInfected": "delete",',
        '      "engine": {}',
        '    },',
        '    "flag":   true\n  }\n}\n',
      ].join('\n'),
    );
  });

  it('replaces the values that changed, adds the new ones at the end, and touches no space elsewhere', () => {
    const text =
      '{ "context": { "airlock": {\n  "onInfected" :"tag",\n  "engine": {   }, "logRetentionDays": 90\n} } }';
    expect(withAirlock(text, { onInfected: 'delete', engine: {}, logRetentionDays: 90, workflow: 'EXPRESS' })).toBe(
      text.replace('"tag"', '"delete"').replace('90\n', '90,\n      "workflow": "EXPRESS"\n'),
    );
  });

  test.each<[string, string]>([
    ['no context', '{\n  "app": "x"\n}\n'],
    ['nothing', '{}'],
    ['an empty context', '{\n  "context": {}\n}'],
    ['an empty section', '{\n  "context": {\n    "airlock": {}\n  }\n}'],
    ['all on one line', '{"context":{"flag":true},"app":"x"}'],
  ])('works with %s', (_, text) => {
    const { context, ...rest } = JSON.parse(text);
    expect(JSON.parse(withAirlock(text, SECTION))).toEqual({ ...rest, context: { ...context, airlock: SECTION } });
  });

  it('keeps tabs and the line ends of Windows', () => {
    const after = withAirlock('{\r\n\t"context": {\r\n\t\t"flag": true\r\n\t}\r\n}\r\n', SECTION);
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(after).toContain('\r\n\t\t"airlock": {\r\n\t\t\t"//": "why",\r\n');
  });

  it('changes the section and nothing else, whatever the file looks like', () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
    const file = fc.record({
      rest: json,
      context: json,
      airlock: json,
      has: fc.boolean(),
      space: fc.constantFrom('', '  ', '\t'),
    });
    fc.assert(
      fc.property(file, json, ({ rest, context, airlock, has, space }, changes) => {
        const project = { ...rest, context: { ...context, ...(has && { airlock }) } };
        const wanted = { ...(has && airlock), ...changes };
        const after = withAirlock(JSON.stringify(project, null, space), wanted);
        const expected = { ...project, context: { ...project.context, airlock: wanted } };
        expect(JSON.parse(after)).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });
});
