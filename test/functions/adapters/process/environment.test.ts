import { describe, expect, it } from '@jest/globals';
import {
  optionalInteger,
  requiredDialect,
  requiredInteger,
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
    expect(() => requiredString(env, 'TOPIC_ARN')).toThrow(/TOPIC_ARN/);
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
    expect(() => requiredInteger({ N: 'many' }, 'N')).toThrow(/"many"/);
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
    expect(() => requiredDialect({ DIALECT: 'Airlock' })).toThrow(/DIALECT .* Airlock/);
    expect(() => requiredDialect({})).toThrow(InvalidConfiguration);
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

  it.each([undefined, 'clean', 'CLEAN,', 'CLEAN, ERROR', 'ALL'])('refuses %j', (text) => {
    expect(() => requiredStatuses({ S: text }, 'S')).toThrow(InvalidConfiguration);
    expect(() => requiredStatuses({ S: text }, 'S')).toThrow(/\bS\b/);
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
