import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../infra/config/schema.ts';

const ROLE = 'arn:aws:iam::111122223333:role/exports/Exporter';
const parse =
  (trusted: unknown, others: object = {}) =>
  () =>
    parseConfig({ buckets: [{ name: 'uploads', trusted, ...others }] });
const prefix = (text: string, writerRoleArns: unknown = [ROLE]) => [{ prefix: text, writerRoleArns }];
/** Of policies. */
const VARIABLE = ['$', '{aws:username}'].join('');
const AT = 'airlock.buckets[0]';

it.each(['exports/', "a/b.c/d_e-f!/(g)/it's/", `${'k'.repeat(1023)}/`])('trusts %s', (text) => {
  expect(parse(prefix(text))().buckets[0]?.trusted).toEqual(prefix(text));
});

it('goes with prefixes that are elsewhere, with reasons and with an existing bucket', () => {
  const others = { prefixes: ['in/'], reasons: ['PutObject'], existing: true };
  expect(parse(prefix('exports/'), others)().buckets[0]).toMatchObject({ ...others, trusted: prefix('exports/') });
});

describe('refuses', () => {
  it.each<[string, unknown, object, string]>([
    ['everything', prefix(''), {}, `${AT}.trusted[0].prefix: "" is empty: nothing in the bucket would be scanned`],
    ['everything that begins with a slash', prefix('/'), {}, `"/" has an empty part, . or ..`],
    [
      'what only begins alike',
      prefix('exports'),
      {},
      `"exports" does not end in /: keys that only begin alike, such as "exports-other"`,
    ],
    ...['*/', 'a*/', '?/', `${VARIABLE}/`, 'a b/', 'ü/', 'e\u0301/', 'a+b/', 'a%2F/', 'a\\/', 'a\n/', '"/'].map(
      (text) =>
        [`characters that mean something: ${text}`, prefix(text), {}, 'has other characters than'] as [
          string,
          unknown,
          object,
          string,
        ],
    ),
    ...['a//', '/a/', './', 'a/../', '../a/', 'a/./b/'].map(
      (text) =>
        [`what clients resolve: ${text}`, prefix(text), {}, 'has an empty part, . or ..'] as [
          string,
          unknown,
          object,
          string,
        ],
    ),
    ['more than a key', prefix(`${'k'.repeat(1024)}/`), {}, 'is longer than a key'],
    ['no writer', prefix('a/', []), {}, `${AT}.trusted[0].writerRoleArns: [] is empty: nobody could write there`],
    ...[
      ...[
        '*',
        'arn:aws:iam::111122223333:user/x',
        'arn:aws:iam::111122223333:root',
        'arn:aws:iam::111122223333:role/*',
      ],
      ...['arn:aws:iam::*:role/x', 'arn:aws:sts::111122223333:assumed-role/x/y', 'arn:aws:iam::111122223333:role/a?'],
      ...['111122223333', 'arn:aws:iam::111122223333:role/', `arn:aws:iam::111122223333:role/${VARIABLE}`],
      ...['AROAEXAMPLEID', 's3.amazonaws.com', ` ${ROLE}`],
    ].map(
      (arn) =>
        [
          `a writer that is no role: ${arn}`,
          prefix('a/', [arn]),
          {},
          `${AT}.trusted[0].writerRoleArns[0]: ${JSON.stringify(arn)} is not the ARN of a role`,
        ] as [string, unknown, object, string],
    ),
    [
      'the same twice',
      [...prefix('a/'), ...prefix('a/')],
      {},
      `${AT}.trusted[0].prefix: "a/" lies in "a/", which is trusted too`,
    ],
    [
      'one in another',
      [...prefix('a/'), ...prefix('a/b/')],
      {},
      `${AT}.trusted[1].prefix: "a/b/" lies in "a/", which is trusted too`,
    ],
    ['suffixes', prefix('a/'), { suffixes: ['.pdf'] }, `${AT}.suffixes: [".pdf"] cannot be combined with trusted`],
    [
      'one in what is scanned',
      prefix('in/a/'),
      { prefixes: ['in/'] },
      `${AT}.trusted[0].prefix: "in/a/" overlaps "in/" of prefixes`,
    ],
    [
      'what is scanned in one',
      prefix('in/'),
      { prefixes: ['in/a/'] },
      `${AT}.trusted[0].prefix: "in/" overlaps "in/a/" of prefixes`,
    ],
    [
      'rescans of one',
      prefix('a/'),
      { rescan: { prefix: 'a/b/' } },
      `${AT}.rescan.prefix: "a/b/" lies in "a/", which is trusted`,
    ],
    ['another key', [{ prefix: 'a/', writerRoleArns: [ROLE], tag: 'x' }], {}, `${AT}.trusted[0].tag: unknown key`],
  ])('%s', (_, trusted, others, message) => {
    expect(parse(trusted, others)).toThrow(message);
  });
});
