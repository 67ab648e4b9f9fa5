import { csvLine, REPORT_CELLS, textsOf } from './cells.ts';
import type { Format } from './files.ts';
import type { ReportSummary } from './payloads.ts';
import type { ReportedObject } from './run-report.ts';

type Head = Pick<
  ReportSummary,
  'bucket' | 'startTime' | 'endTime' | 'versions' | 'counts' | 'objects' | 'reported' | 'infected'
>;

/**
 * The documents of a report, as pieces of text.
 * @param parts rows as lines of JSON, each text with its line break at the end
 */
export const DOCUMENTS: Readonly<Record<Format, (head: Head, parts: AsyncIterable<string>) => AsyncGenerator<string>>> =
  { csv: csvDocument, json: jsonDocument };

/** As `airlock report --output csv`. */
async function* csvDocument(_: Head, parts: AsyncIterable<string>): AsyncGenerator<string> {
  yield csvLine(REPORT_CELLS.map(({ title }) => title));
  for await (const part of parts) {
    yield linesOf(part)
      .map((line) => csvLine(textsOf(REPORT_CELLS, JSON.parse(line) as ReportedObject)))
      .join('');
  }
}

/** One JSON object, whose rows are the lines of `airlock report --json`. */
async function* jsonDocument(head: Head, parts: AsyncIterable<string>): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[`;
  let before = '\n';
  for await (const part of parts) {
    const lines = linesOf(part);
    if (lines.length === 0) continue;
    yield `${before}${lines.join(',\n')}`;
    before = ',\n';
  }
  yield '\n]}\n';
}

const linesOf = (part: string): string[] => part.split('\n').filter((line) => line !== '');
