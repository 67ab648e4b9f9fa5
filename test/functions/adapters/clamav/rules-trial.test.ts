import { beforeAll, describe, expect, it } from '@jest/globals';
import { createRulesTrial, type RulesTrial } from '../../../../functions/adapters/clamav/rules-trial.ts';
import { InvalidInput } from '../../../../functions/domain/errors.ts';
import { privateFolders } from '../../../support/processes.ts';

/** Which rules a real clamd loads, and what it says about the others. */
const NEEDLE = Buffer.from('the needle').toString('hex');
const rule = (name: string, condition = '$a') =>
  `rule ${name} {\n  strings:\n    $a = "the needle"\n  condition:\n    ${condition}\n}\n`;
const file = (name: string, content: string) => ({ name, content: Buffer.from(content) });
const SHA256 = '1'.repeat(64);
let trial: RulesTrial;

beforeAll(() => {
  trial = createRulesTrial({ CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf', MAX_OBJECT_BYTES: '1000000' });
});

describe('rules that the engine loads', () => {
  it.each([
    ['YARA', [file('a.yara', rule('One') + rule('Two', 'all of them'))], 2],
    ['the same with words that only look like modules', [file('a.yar', `/* import "pe" */\n${rule('One')}`)], 1],
    ['bodies', [file('a.ndb', `One:0:*:${NEEDLE}\nTwo:0:*:${NEEDLE}61\n`)], 2],
    ['logical signatures', [file('a.ldb', `One;Engine:81-255,Target:0;0;${NEEDLE}\n`)], 1],
    ['hashes', [file('a.hsb', `${SHA256}:*:One:73\n`), file('b.hdb', `${'2'.repeat(32)}:17:Two\n`)], 2],
    ['what stands beside comments', [file('a.ndb', `# mine\nOne:0:*:${NEEDLE}\n#Two:0:*:${NEEDLE}61\n`)], 1],
    [
      'the same of hashes',
      [file('a.hsb', `# mine\n${SHA256}:*:One:73\n`), file('a.ldb', `#\nTwo;Engine:81-255,Target:0;0;${NEEDLE}\n`)],
      2,
    ],
    ['all together', [file('a.yara', rule('One')), file('a.ndb', `One:0:*:${NEEDLE}\n`)], 2],
  ])('%s are counted', async (_, files, count) => {
    expect(await trial.tryOut(files)).toBe(count);
  });
});

describe('rules of which the engine loads only a part, or none', () => {
  it('are refused beside others that have more than one each', async () => {
    const many = file('a.yara', rule('One') + rule('Two') + rule('Three'));
    const refused = trial.tryOut([many, file('b.ndb', `Four:0:*:${NEEDLE}\nFive:0:*:${NEEDLE}:300\n`)]);
    await expect(refused).rejects.toThrow('b.ndb line 2: ');
  });

  it.each([
    ['a syntax error', file('a.yara', rule('One') + rule('Two', '$a and')), 'a.yara line 12 syntax error'],
    ['a duplicate', file('a.yara', rule('One') + rule('One')), 'a.yara line 12 duplicate identifier "One"'],
    ['no strings', file('a.yara', 'rule One { condition: filesize > 3 }'), 'contains no supported strings'],
    ['a module', file('a.yara', rule('One', 'pe.is_dll()')), 'undefined identifier "pe"'],
    ['a wrong hexadecimal digit', file('a.ndb', `One:0:*:${NEEDLE}\nTwo:0:*:zz\n`), 'at line 2'],
    ['a logical expression', file('a.ldb', `One;Engine:81-255,Target:0;0&1;${NEEDLE}\n`), 'subsignatures'],
    ['a hash', file('a.hdb', 'abc:10:One\n'), 'Malformed hash string at line 1'],
    // clamd says nothing about these.
    [
      'another engine',
      file('a.ndb', `One:0:*:${NEEDLE}\nTwo:0:*:${NEEDLE}:300\nThree:0:*:${NEEDLE}\n`),
      'a.ndb line 2: ',
    ],
    [
      'another engine, behind a comment',
      file('a.ndb', `# mine\n#\nOne:0:*:${NEEDLE}:300\nTwo:0:*:${NEEDLE}\n`),
      'a.ndb line 3: ',
    ],
    ['another engine, of the first', file('a.ndb', `One:0:*:${NEEDLE}:300\nTwo:0:*:${NEEDLE}\n`), 'a.ndb line 1: '],
    ['a range of engines', file('a.ldb', `One;Engine:300-400,Target:0;0;${NEEDLE}\n`), 'a.ldb line 1: '],
  ])('are refused: %s', async (_, rules, message) => {
    const refused = trial.tryOut([rules]);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(InvalidInput);
    // No path of this machine.
    await expect(refused).rejects.toThrow(/^[^/]*$/);
  });

  it.each([
    ['%PDF-', 'clean.pdf'],
    ['PNG', 'clean.png'],
    ['GIF89a', 'clean.gif'],
    ['word/document.xml', 'clean.docx'],
    ['<title>', 'clean.html'],
  ])('are refused when they match clean content: %s', async (text, sample) => {
    const broad = file('a.ndb', `Too.Broad:0:*:${Buffer.from(text).toString('hex')}\n`);
    await expect(trial.tryOut([broad])).rejects.toThrow(`Too.Broad.UNOFFICIAL matches ${sample}, which is clean`);
  });
});

it('leaves nothing behind', () => {
  expect([...privateFolders('hunt'), ...privateFolders('clamd')]).toEqual([]);
});
