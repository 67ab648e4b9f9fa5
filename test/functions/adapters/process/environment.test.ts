import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  optionalInteger,
  requiredDialect,
  requiredInteger,
  requiredJson,
  requiredStatuses,
  requiredString,
} from '../../../../functions/adapters/process/environment.ts';
import { InvalidConfiguration } from '../../../../functions/domain/errors.ts';

describe('requiredString', () => {
  it('gives the value', () => {
    expect(requiredString({ TOPIC_ARN: 'arn:x' }, 'TOPIC_ARN')).toBe('arn:x');
  });

  it.each([{}, { TOPIC_ARN: '' }, { TOPIC_ARN: undefined }])('names the variable that %j lacks', (env) => {
    expect(() => requiredString(env, 'TOPIC_ARN')).toThrow(InvalidConfiguration);
    expect(() => requiredString(env, 'TOPIC_ARN')).toThrow('environment variable TOPIC_ARN is not set');
  });
});

describe('requiredInteger', () => {
  it.each([
    ['0', 0],
    ['-5', -5],
    ['2147483645', 2_147_483_645],
  ])('reads %j', (text, value) => {
    expect(requiredInteger({ N: text }, 'N')).toBe(value);
  });

  it.each(['', ' ', ' 1', '1.5', '1e3', '0x10', 'many', 'NaN', 'Infinity', '9007199254740993', '1 '])(
    'refuses %j',
    (text) => {
      expect(() => requiredInteger({ N: text }, 'N')).toThrow(InvalidConfiguration);
      expect(() => requiredInteger({ N: text }, 'N')).toThrow(/\bN\b/);
    },
  );

  it('shows the value it refuses', () => {
    expect(() => requiredInteger({ N: 'many' }, 'N')).toThrow('environment variable N is not an integer: "many"');
  });
});

describe('requiredDialect', () => {
  it.each([
    [{ DIALECT: 'airlock' }, 'scan-status'],
    [{ DIALECT: 'airlock', DIALECT_TAG_KEY: 'mine' }, 'scan-status'],
    [{ DIALECT: 's3-virusscan' }, 'clamav-status'],
    [{ DIALECT: 's3-virusscan', DIALECT_TAG_KEY: '' }, 'clamav-status'],
    [{ DIALECT: 's3-virusscan', DIALECT_TAG_KEY: 'mine' }, 'mine'],
    [{ DIALECT: 'bucket-antivirus' }, 'av-status'],
    [{ DIALECT: 'guardduty' }, 'GuardDutyMalwareScanStatus'],
  ])('%j judges readers by %s', (env, key) => {
    expect(requiredDialect(env).statusTag.key).toBe(key);
  });

  it('names a dialect it does not speak', () => {
    expect(() => requiredDialect({ DIALECT: 'Airlock' })).toThrow(
      /^environment variable DIALECT is not one of airlock, .*guardduty.*: Airlock$/,
    );
    expect(() => requiredDialect({})).toThrow(InvalidConfiguration);
    expect(() => requiredDialect({ DIALECT: 'airlock', DIALECT_TAGS: 'none' })).toThrow(
      'DIALECT_TAGS is not one of full',
    );
  });
});

describe('requiredStatuses', () => {
  it.each([
    ['', []],
    ['CLEAN', ['CLEAN']],
    ['INFECTED,ERROR', ['INFECTED', 'ERROR']],
  ])('reads %j as %j', (text, statuses) => {
    expect([...requiredStatuses({ S: text }, 'S')]).toEqual(statuses);
  });

  it('shows the list it refuses', () => {
    expect(() => requiredStatuses({ S: 'x' }, 'S')).toThrow('environment variable S is not a list of statuses: "x"');
    expect(() => requiredStatuses({}, 'S')).toThrow('environment variable S is not set');
  });

  it.each([undefined, 'clean', 'CLEAN,', 'CLEAN, ERROR', 'ALL'])('refuses %j', (text) => {
    expect(() => requiredStatuses({ S: text }, 'S')).toThrow(InvalidConfiguration);
    expect(() => requiredStatuses({ S: text }, 'S')).toThrow(/\bS\b/);
  });
});

describe('requiredJson', () => {
  const schema = z.object({ a: z.int() });
  const read = (text?: string) => requiredJson({ J: text }, 'J', schema);

  it('gives what the schema makes of the text', () => {
    expect(read('{"a":1}')).toEqual({ a: 1 });
  });

  it.each([
    [undefined, /^environment variable J is not set$/],
    ['', /^environment variable J is not set$/],
    ['{', /^environment variable J: not JSON$/],
    ['{"a":"x"}', /^environment variable J: .*expected number.*\n.*at a$/],
  ])('refuses %j, and says why', (text, words) => {
    expect(() => read(text)).toThrow(InvalidConfiguration);
    expect(() => read(text)).toThrow(words);
  });

  it.each([
    ['{', 'SyntaxError'],
    ['{"a":"x"}', 'ZodError'],
  ])('keeps what the parser said of %j', (text, cause) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ cause: expect.objectContaining({ name: cause }) }));
  });
});

describe('optionalInteger', () => {
  it('is undefined where nothing is said', () => {
    expect(optionalInteger({}, 'N')).toBeUndefined();
    expect(optionalInteger({ N: '' }, 'N')).toBeUndefined();
  });

  it('takes an integer and nothing else', () => {
    expect(optionalInteger({ N: '0' }, 'N')).toBe(0);
    expect(() => optionalInteger({ N: 'x' }, 'N')).toThrow('environment variable N is not an integer: "x"');
  });
});
