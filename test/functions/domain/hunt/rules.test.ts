import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  HUNT_FORMATS,
  isRuleFile,
  MAX_RULE_FILES,
  MAX_RULES_BYTES,
  readBundle,
  refusedRules,
  signaturesIn,
  writeBundle,
} from '../../../../functions/domain/hunt/rules.ts';

const file = (name: string, content: string | Buffer = 'a:0:*:6161\n') => ({ name, content: Buffer.from(content) });
const rule = 'rule One { strings: $a = "x" condition: $a }\n';
const CONTENT: Readonly<Record<string, string>> = { yar: rule, yara: rule };

describe('rules of a hunt', () => {
  it.each(HUNT_FORMATS)('may be in .%s', (extension) => {
    expect(refusedRules([file(`mine.${extension}`, CONTENT[extension])])).toEqual([]);
    expect(isRuleFile(`mine.${extension}`)).toBe(true);
  });

  it.each([
    ['mine.ign2', 'can make malware CLEAN'],
    ['mine.fp', 'can make malware CLEAN'],
    ['mine.cdb', 'is in none of the formats of a hunt: yar, yara, ndb, ldb, hdb, hsb'],
    ['mine.txt', 'is in none of the formats'],
    ['mine', 'is in none of the formats'],
    ['../mine.ndb', 'is not the name of a signature file of your own'],
    ['.ndb', 'is not the name of a signature file of your own'],
    // The engine gets a file of this name from s3-airlock.
    ['airlock-limits.ndb', 'is not the name of a signature file of your own'],
  ])('are no file called %j', (name, reason) => {
    expect(refusedRules([file(name)])).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    ['an import', `import "pe"\n${rule}`, 'line 1: ClamAV has no modules'],
    ['an import behind a comment', `/* one\n two */ import "math"\n${rule}`, 'line 2: ClamAV has no modules'],
    ['an include', `${rule}  include "other.yar"\n`, 'line 2: a file cannot include another'],
    ['no rule', '// rule One { }\n', 'has no rule'],
  ])('in YARA have not %s', (_, content, reason) => {
    expect(refusedRules([file('mine.yar', content)])).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    ['in a comment', `// import "pe"\n/*\nimport "pe"\n*/\n${rule}`],
    ['in a string', 'rule One { strings: $a = "import \\"pe\\"" $b = "include" condition: any of them }\n'],
    ['in the name of a rule', 'rule import_table { strings: $a = "x" condition: $a }\n'],
  ])('in YARA may have these words %s', (_, content) => {
    expect(refusedRules([file('mine.yar', content)])).toEqual([]);
  });

  it.each([
    ['ndb', 'Fine:0:*:6161\nHeuristics.Limits.Exceeded.Mine:0:*:6161\n', 'line 2: names that begin with Heuristics.'],
    ['ldb', 'heuristics.mine;Engine:81-255,Target:0;0;6161\n', 'line 1: names that begin with Heuristics.'],
    ['hsb', `${'1'.repeat(64)}:*:PUA.Mine:73\n`, 'line 1: the engine does not load names that begin with PUA.'],
    ['hdb', `${'1'.repeat(32)}:10:PUA.Mine\n`, 'line 1: the engine does not load names that begin with PUA.'],
  ])('have no names that the engine keeps for itself: .%s', (extension, content, reason) => {
    expect(refusedRules([file(`mine.${extension}`, content)])).toEqual([expect.stringContaining(reason)]);
  });

  it('are some, not empty, not too many, not too large, and no two have one name', () => {
    expect(refusedRules([])).toEqual([expect.stringContaining('there are no rules')]);
    expect(refusedRules([file('a.ndb', '')])).toEqual(['"a.ndb" is empty']);
    expect(refusedRules([file('a.ndb'), file('a.ndb')])).toEqual(['a.ndb: two files have this name']);
    const many = Array.from({ length: MAX_RULE_FILES + 1 }, (_, index) => file(`${index}.ndb`));
    expect(refusedRules(many)).toEqual([`${MAX_RULE_FILES + 1} files of rules; at most ${MAX_RULE_FILES}`]);
    expect(refusedRules(many.slice(1))).toEqual([]);
    const large = file('a.hsb', Buffer.alloc(MAX_RULES_BYTES + 1, 0x61));
    expect(refusedRules([large])).toEqual([`the rules have ${MAX_RULES_BYTES + 1} bytes; at most ${MAX_RULES_BYTES}`]);
  });

  it.each(['ndb', 'hsb'])('have a signature at least: .%s', (extension) => {
    expect(refusedRules([file(`mine.${extension}`, '# nothing yet\n\n')])).toEqual([
      `"mine.${extension}" has no signature`,
    ]);
  });

  it('may say in comments what no signature may be called', () => {
    expect(refusedRules([file('mine.ndb', '#Heuristics.Limits:0:*:61\nFine:0:*:6161\n')])).toEqual([]);
    expect(refusedRules([file('mine.hdb', `# not:10:PUA.Mine\n${'1'.repeat(32)}:10:Mine\n`)])).toEqual([]);
  });

  it('are counted by line without comments and empty ones, but those of YARA', () => {
    expect(signaturesIn(file('a.ndb', '# two\r\na:0:*:61\r\n\r\n#b:0:*:62\nb:0:*:62'))).toBe(2);
    expect(signaturesIn(file('a.yara', rule))).toBeUndefined();
  });

  it('come out of their bundle as they went in, whatever they hold', () => {
    const files = fc.array(fc.record({ name: fc.string({ minLength: 1 }), content: fc.uint8Array() }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(files, (given) => {
        const packed = given.map(({ name, content }) => ({ name, content: Buffer.from(content) }));
        expect(readBundle(writeBundle(packed).toString())).toEqual(packed);
      }),
    );
  });

  it.each([
    '',
    '{}',
    '[]',
    '{"files":[]}',
    '{"files":[{"name":"a.ndb","content":"%%"}]}',
    '{"files":[{"name":"a.ndb"}]}',
  ])('%j is no bundle', (text) => {
    expect(readBundle(text)).toBeUndefined();
  });
});
