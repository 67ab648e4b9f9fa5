import type { Notification } from '../../../../functions/domain/notification.ts';
import type { Verdict } from '../../../../functions/domain/verdict.ts';

const SCAN_TIME = '2026-01-02T03:04:05.678Z';
const PDF = { type: 'application/pdf', scanTime: SCAN_TIME, activeContent: [] as string[] };
const UNREAD = { type: null, definitions: null, scanTime: SCAN_TIME, activeContent: [] as string[] };

/** One verdict for every way a scan can end. */
export const VERDICTS = {
  clean: { ...PDF, status: 'CLEAN', finding: null, definitions: '27000' },
  infected: { ...PDF, status: 'INFECTED', finding: 'Win.Test.EICAR_HDB-1', definitions: '27000' },
  rejected: {
    status: 'REJECTED',
    finding: 'type:application/x-msdownload',
    type: 'application/x-msdownload',
    definitions: null,
    activeContent: [],
    scanTime: SCAN_TIME,
  },
  tooLarge: { status: 'UNSCANNABLE', finding: 'too-large', ...UNREAD },
  encrypted: { ...PDF, status: 'UNSCANNABLE', finding: 'encrypted', definitions: '27000' },
  noKeyAccess: { status: 'UNSCANNABLE', finding: 'no-key-access', ...UNREAD },
  failed: { status: 'ERROR', finding: 'EngineUnavailable', ...UNREAD },
} as const satisfies Record<string, Verdict>;

export type VerdictName = keyof typeof VERDICTS;

export function notification(name: VerdictName, differing: Partial<Notification> = {}): Notification {
  return {
    ...VERDICTS[name],
    scanId: 'arn:aws:states:us-east-1:000000000000:execution:ScanUpload:1',
    duplicateId: 'd'.repeat(64),
    bucket: 'uploads',
    key: 'in box/report.pdf',
    version: 'v1',
    etag: 'abc',
    size: 12,
    action: 'tag',
    tagged: true,
    durations: { verdictMs: 1, totalMs: 2 },
    ...differing,
  };
}
