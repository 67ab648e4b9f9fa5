import { describe, expect, it } from '@jest/globals';
import {
  type DefinitionsFile,
  filesNotIn,
  isOutdated,
  keyOf,
  newPrefix,
  PublishedDefinitions,
  sameContent,
} from '../../../../functions/domain/definitions/published-definitions.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOUR = 3_600_000;

const file = (name: string, content: string, modified = '2026-11-21T00:00:00.000Z'): DefinitionsFile => ({
  name,
  size: content.length,
  sha256: content.repeat(64),
  modified,
});

describe('newPrefix', () => {
  it('is a folder that a set may name, another one each millisecond', () => {
    const prefix = newPrefix(new Date(NOW), '27500+local-0a1b2c3d');
    expect(prefix).toBe('versions/20261121T120000000Z-27500+local-0a1b2c3d/');
    expect(PublishedDefinitions.shape.prefix.safeParse(prefix).success).toBe(true);
    expect(newPrefix(new Date(NOW + 1), '27500')).not.toBe(newPrefix(new Date(NOW), '27500'));
    expect(keyOf({ prefix }, { name: 'daily.cld' })).toBe(`${prefix}daily.cld`);
  });
});

describe('what two sets have in common', () => {
  const held = [file('main.cud', 'a'), file('daily.cud', 'b')];

  it.each<[string, DefinitionsFile[], string[], boolean]>([
    [
      'the same, in another order, downloaded later',
      [file('daily.cud', 'b', '2026-11-22T00:00:00.000Z'), file('main.cud', 'a')],
      [],
      true,
    ],
    ['other content', [file('main.cud', 'a'), file('daily.cud', 'c')], ['daily.cud'], false],
    ['the same content under another name', [file('main.cud', 'a'), file('daily.cvd', 'b')], ['daily.cvd'], false],
    ['one more', [...held, file('own.ndb', 'd')], ['own.ndb'], false],
    ['one less', [file('main.cud', 'a')], [], false],
  ])('%s', (_name, files, missing, same) => {
    expect(filesNotIn(files, held).map(({ name }) => name)).toEqual(missing);
    expect(sameContent(files, held)).toBe(same);
  });

  it('is nothing where nothing is held', () => {
    expect(filesNotIn(held, [])).toEqual(held);
  });
});

describe('isOutdated', () => {
  const keep = [{ prefix: 'versions/2/' }, { prefix: 'versions/0/' }];

  it.each([
    ['of an older set, after a day', 'versions/1/daily.cud', 24 * HOUR + 1, true],
    ['of an older set, within a day: a scanner may still be at it', 'versions/1/daily.cud', 24 * HOUR, false],
    ['of the set in force, however old', 'versions/2/main.cud', 1000 * HOUR, false],
    ['of the set before it, however old', 'versions/0/main.cud', 1000 * HOUR, false],
    ['of a set whose folder only begins alike', 'versions/20/main.cud', 25 * HOUR, true],
    ['of unknown age', 'versions/1/daily.cud', Number.NEGATIVE_INFINITY, false],
  ])('a file %s', (_name, key, age, outdated) => {
    expect(isOutdated({ key, modified: NOW - age }, keep, NOW)).toBe(outdated);
  });
});
