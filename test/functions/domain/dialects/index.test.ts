import { describe, expect, it } from '@jest/globals';
import { toTagSet } from '../../../../emulator/s3/tag-rules.ts';
import { DIALECT_NAMES, dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import { notification, VERDICTS } from './verdicts.ts';

describe.each(DIALECT_NAMES)('dialect %s', (name) => {
  const dialect = dialectNamed(name);
  const verdicts = Object.values(VERDICTS);

  it('opens the gate for CLEAN and for nothing else', () => {
    for (const verdict of verdicts) {
      const status = Object.fromEntries(dialect.tags(verdict))[dialect.statusTag.key];
      expect([verdict.status, status === dialect.statusTag.clean]).toEqual([
        verdict.status,
        verdict.status === 'CLEAN',
      ]);
    }
  });

  it('puts its status first among tags that are all its own and all legal', () => {
    for (const verdict of verdicts) {
      const tags = dialect.tags(verdict);
      expect(tags[0]?.[0]).toBe(dialect.statusTag.key);
      expect(tags.every(([key]) => dialect.tagKeys.has(key))).toBe(true);
      expect(() => toTagSet(tags.map(([key]) => [key, 'x']))).not.toThrow();
    }
  });

  it('keeps within the ten attributes that SNS delivers to SQS in raw form', () => {
    for (const verdict of Object.keys(VERDICTS) as (keyof typeof VERDICTS)[]) {
      expect(Object.keys(dialect.message(notification(verdict)).attributes).length).toBeLessThanOrEqual(10);
    }
  });
});

it.each(DIALECT_NAMES)('without provenance, the tags of %s say the same verdict and stay its own', (name) => {
  const [full, status] = [dialectNamed(name), dialectNamed(name, undefined, 'status')];
  expect(status.tagKeys).toEqual(full.tagKeys);
  expect(status.statusTag).toEqual(full.statusTag);
  for (const verdict of Object.values(VERDICTS)) {
    const kept = full.tags(verdict).filter(([key]) => !full.provenanceKeys.has(key));
    expect(status.tags(verdict)).toEqual(kept);
  }
});

it('only s3-virusscan takes a tag key', () => {
  expect(dialectNamed('s3-virusscan', 'virus').statusTag.key).toBe('virus');
  expect(dialectNamed('airlock', 'virus').statusTag.key).toBe('scan-status');
});
