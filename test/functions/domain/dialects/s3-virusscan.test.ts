import { describe, expect, it } from '@jest/globals';
import { s3VirusScan } from '../../../../functions/domain/dialects/s3-virusscan.ts';
import { notification, VERDICTS } from './verdicts.ts';

// What the worker of widdix/aws-s3-virusscan writes: its template.yaml, methods `tag` and `publish_notification`.
const dialect = s3VirusScan();

describe('dialect s3-virusscan', () => {
  it.each([
    ['clean', 'clean'],
    ['infected', 'infected'],
    ['rejected', 'no'],
    ['tooLarge', 'no'],
    ['encrypted', 'no'],
    ['noKeyAccess', 'no'],
    ['failed', 'no'],
  ] as const)('tags %s content %s', (name, value) => {
    expect(dialect.tags(VERDICTS[name])).toEqual([['clamav-status', value]]);
  });

  it('writes and guards the tag key that its user has named', () => {
    const named = s3VirusScan('s3-virusscan');
    expect(named.tags(VERDICTS.clean)).toEqual([['s3-virusscan', 'clean']]);
    expect(named.statusTag).toEqual({ key: 's3-virusscan', clean: 'clean' });
    expect([...named.tagKeys]).toEqual(['s3-virusscan']);
  });

  it.each([
    ['clean', 'tag', 'no', 's3://uploads/in box/report.pdf v1 is clean, no action executed'],
    ['infected', 'tag', 'tag', 's3://uploads/in box/report.pdf v1 is infected, tag action executed'],
    ['infected', 'delete', 'delete', 's3://uploads/in box/report.pdf v1 is infected, delete action executed'],
    ['infected', 'quarantine', 'delete', 's3://uploads/in box/report.pdf v1 is infected, delete action executed'],
    ['infected', 'none', 'no', 's3://uploads/in box/report.pdf v1 is infected, no action executed'],
    ['tooLarge', 'tag', 'no', 's3://uploads/in box/report.pdf v1 is no, no action executed'],
    ['failed', 'none', 'no', 's3://uploads/in box/report.pdf v1 is no, no action executed'],
  ] as const)('tells of %s content, action %s, with action %s', (name, action, said, body) => {
    const told = notification(name, { action });
    expect(dialect.message(told).body).toBe(body);
    expect(dialect.message(told).subject).toBe('s3-virusscan s3://uploads');
    const status = VERDICTS[name].status === 'CLEAN' ? 'clean' : name === 'infected' ? 'infected' : 'no';
    const attributes = { bucket: 'uploads', key: 'in box/report.pdf', version: 'v1', status, action: said };
    expect(dialect.message(told).attributes).toEqual(attributes);
    expect(dialect.message(told).detail).toEqual(attributes);
  });

  it('leaves the place of the version empty where there is none, as the original does', () => {
    const told = notification('clean', { version: null });
    expect(dialect.message(told).body).toBe('s3://uploads/in box/report.pdf  is clean, no action executed');
    expect(dialect.message(told).attributes).toMatchObject({ version: '' });
  });
});
