import { DOCUMENTS } from './documents.ts';
import { datedKey, FORMATS, latestKey, partKey } from './files.ts';
import type { ReportSoFar, ReportSummary } from './payloads.ts';
import type { ReportFiles } from './ports.ts';

export interface CompleteReport {
  readonly bucket: string;
  readonly run: string;
  readonly runId: string;
  /** ISO 8601. */
  readonly startTime: string;
  readonly endTime: string;
  readonly versions: boolean;
  readonly soFar: ReportSoFar;
}

/** Makes the files of a complete report; the latest ones are replaced last, when all others are there. */
export async function writeReport(
  files: ReportFiles,
  { run, soFar, ...report }: CompleteReport,
): Promise<ReportSummary> {
  const { bucket, startTime } = report;
  const { counts: byBucket, objects, reported } = soFar.progress;
  const counts = byBucket[bucket] ?? {};
  // Not by the counts: among many values that nobody guards, the word may be counted under another heading.
  const infected = soFar.infected.objects.length + soFar.infected.more;
  const head = { ...report, counts, objects, reported, infected };

  async function* parts(): AsyncGenerator<string> {
    for (let part = 1; part <= soFar.parts; part += 1) yield await files.read(partKey(run, bucket, part));
  }

  for (const format of FORMATS) {
    await files.writeLarge(datedKey(bucket, startTime, format), format, startTime, DOCUMENTS[format](head, parts()));
  }
  for (const format of FORMATS) {
    await files.publish(datedKey(bucket, startTime, format), latestKey(bucket, format), startTime);
  }
  return {
    ...head,
    infectedObjects: soFar.infected.objects,
    moreInfected: soFar.infected.more,
    files: {
      ...{ bucket: files.bucket, csv: datedKey(bucket, startTime, 'csv'), json: datedKey(bucket, startTime, 'json') },
      ...{ latestCsv: latestKey(bucket, 'csv'), latestJson: latestKey(bucket, 'json') },
    },
  };
}
