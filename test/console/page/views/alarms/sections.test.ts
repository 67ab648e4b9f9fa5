import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { SECTIONS, sectionOf } from '../../../../../console/page/views/alarms/sections.ts';

/** Headings of the runbook that are no alarms. */
const GROUPS = /^(Uploads|Scanner|Rescans|Definitions)$/;

it('knows every section of the runbook', async () => {
  const text = await readFile('docs/operations/alarms.md', 'utf8');
  const headings = [...text.matchAll(/^### (\S+)$/gm)].map(([, heading = '']) => heading);
  expect([...SECTIONS].toSorted()).toEqual(headings.filter((heading) => !GROUPS.test(heading)).toSorted());
});

it.each([
  ['UploadAlarmsScansFailed391129D4', 'ScansFailed'],
  ['S3Airlock-UploadAlarmsLargeScansWait391129D4', 'LargeScansWait'],
  ['S3Airlock-913b798d-RescanLate-example-uploads', 'RescanLate…'],
  ['S3Airlock-a382bfb7-UploadRuleFailed-uploads', 'UploadRuleFailed…'],
  ['ScanWaitingObjectThrottled1234', 'ScanWaitingObjectThrottled'],
  ['somebody else’s', undefined],
])('finds the section of %s', (name, section) => {
  expect(sectionOf(name)).toBe(section);
});
