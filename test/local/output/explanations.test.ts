import { expect, it } from '@jest/globals';
import type { ScanStatus } from '../../../functions/domain/verdict.ts';
import type { ScanRecord } from '../../../local/commands/scan-record.ts';
import { explanationLines } from '../../../local/output/explanations.ts';

const record = (status: ScanStatus | null, finding: string | null): ScanRecord => ({
  key: 'k',
  size: 1,
  type: null,
  status,
  finding,
  definitions: null,
  states: [],
  ms: 1,
});

it('says once for each kind what it means, what to do and what lets it in', () => {
  const lines = explanationLines([
    record('CLEAN', null),
    record('REJECTED', 'type:text/html'),
    record('REJECTED', 'type:image/svg+xml'),
    record('UNSCANNABLE', 'encrypted'),
    record('ERROR', 'EngineUnavailable'),
    record(null, null),
  ]);
  expect(lines).toContain('type:text/html\n');
  expect(lines).not.toContain('image/svg+xml');
  expect(lines).toContain('Upload another format. What lets it in: allowedTypes.\n');
  expect(lines).toContain('Upload it without the password.\n');
  expect(lines).toContain('EngineUnavailable\n');
  expect(lines).toContain('see redrive.');
  expect(lines).not.toMatch(/`|\]\(/);
});

it('says nothing where all is CLEAN, and passes no control characters on', () => {
  expect(explanationLines([record('CLEAN', null)])).toBe('');
  expect(explanationLines([record('INFECTED', 'Evil\u001b[2J')])).not.toContain('\u001b[2J');
});
