import { describe, expect, it } from '@jest/globals';
import { airlock } from '../../../../functions/domain/dialects/airlock.ts';
import { notification, VERDICTS } from './verdicts.ts';

describe('dialect airlock', () => {
  it.each([
    ['clean', { 'scan-status': 'CLEAN', 'scan-time': '2026-01-02T03:04:05.678Z', 'scan-definitions': '27000' }],
    [
      'infected',
      {
        'scan-status': 'INFECTED',
        'scan-finding': 'Win.Test.EICAR_HDB-1',
        'scan-time': '2026-01-02T03:04:05.678Z',
        'scan-definitions': '27000',
      },
    ],
    [
      'rejected',
      {
        'scan-status': 'REJECTED',
        'scan-finding': 'type:application/x-msdownload',
        'scan-time': '2026-01-02T03:04:05.678Z',
      },
    ],
    [
      'tooLarge',
      { 'scan-status': 'UNSCANNABLE', 'scan-finding': 'too-large', 'scan-time': '2026-01-02T03:04:05.678Z' },
    ],
    [
      'failed',
      { 'scan-status': 'ERROR', 'scan-finding': 'EngineUnavailable', 'scan-time': '2026-01-02T03:04:05.678Z' },
    ],
  ] as const)('tags %s content as %j', (name, tags) => {
    const written = airlock.tags(VERDICTS[name]);
    expect(Object.fromEntries(written)).toEqual(tags);
    expect(written[0]?.[0]).toBe('scan-status');
    for (const [key] of written) expect(airlock.tagKeys).toContain(key);
  });

  it('lets readers in by scan-status CLEAN', () => {
    expect(airlock.statusTag).toEqual({ key: 'scan-status', clean: 'CLEAN' });
  });

  it('publishes the whole notification as JSON, and as event detail', () => {
    const infected = notification('infected');
    expect(JSON.parse(airlock.message(infected).body)).toEqual(infected);
    expect(airlock.message(infected).detail).toEqual(infected);
  });

  it('has attributes to filter by', () => {
    expect(airlock.message(notification('infected')).attributes).toEqual({
      bucket: 'uploads',
      key: 'in box/report.pdf',
      version: 'v1',
      status: 'INFECTED',
      finding: 'Win.Test.EICAR_HDB-1',
      activeContent: '',
    });
    expect(airlock.message(notification('clean', { version: null })).attributes).toMatchObject({
      version: '',
      finding: '',
    });
  });

  it('names what is active in body, detail and one attribute', () => {
    const active = notification('clean', { activeContent: ['pdf-javascript', 'pdf-launch'] });
    const { body, detail, attributes } = airlock.message(active);
    expect(JSON.parse(body)).toMatchObject({ activeContent: ['pdf-javascript', 'pdf-launch'] });
    expect(detail).toMatchObject({ activeContent: ['pdf-javascript', 'pdf-launch'] });
    expect(attributes).toMatchObject({ activeContent: 'pdf-javascript,pdf-launch' });
  });
});
