/** Headings of docs/operations/alarms.md; with `…`: one alarm for each bucket. */
export const SECTIONS = [
  ...['ScansFailed', 'ScansTimedOut', 'ScansAborted', 'ScansThrottled', 'ScansWait', 'LargeScansWait'],
  ...['ScansFailing', 'ScansAbandoned', 'AbandonedScansLeft', 'OverflowsFailed', 'OverflowsTimedOut'],
  ...['OverflowsAborted', 'OverflowsThrottled', 'OverflowsWait', 'UploadsUndelivered', 'UploadRuleFailed…'],
  ...['UploadsLost…', 'RequestsRefused', 'RequestsWait', 'NotificationsUndelivered', 'ScanObjectThrottled'],
  ...['ScanWaitingObjectThrottled', 'ScanLargeObjectThrottled', 'ScanBatchThrottled', 'ScanObjectFailing'],
  ...['ScanWaitingObjectFailing', 'ScanLargeObjectFailing', 'ScanBatchFailing', 'RescansFailed', 'RescansTimedOut'],
  ...['RescansAborted', 'RescansUndelivered', 'RescanFailures…', 'RescanLate…', 'DefinitionsUpdateFailed'],
  ...['DefinitionsUpdatesLost', 'DefinitionsOld', 'SignaturesOld', 'DefinitionsRefused', 'ReportsFailed'],
  ...['ReportsTimedOut', 'ReportsAborted'],
] as const;

/** The longest heading that the alarm's name has in it: `LargeScansWait`, not `ScansWait`. */
export function sectionOf(alarmName: string): string | undefined {
  return SECTIONS.filter((heading) => alarmName.includes(heading.replace('…', ''))).sort(
    (a, b) => b.length - a.length,
  )[0];
}
