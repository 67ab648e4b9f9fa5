import { explanationOf } from '../../functions/domain/findings.ts';
import type { ScanRecord } from '../commands/scan-record.ts';
import { colours } from './colors.ts';
import { printable } from './terminal.ts';

/** What each kind of finding among the records means, what its owner can do and which setting lets it in. */
export function explanationLines(records: readonly ScanRecord[]): string {
  const examples = new Map<string, string>();
  for (const { status, finding } of records) {
    const explanation = status === null ? null : explanationOf(status, finding);
    if (explanation === null) continue;
    const { meaning, remedy, setting } = explanation;
    const advice = `${withoutMarkup(remedy)}${setting === '' ? '' : ` What lets it in: ${withoutMarkup(setting)}.`}`;
    const text = `    ${withoutMarkup(meaning)}\n    ${advice}\n`;
    if (!examples.has(text)) examples.set(text, finding ?? '');
  }
  const lines = [...examples].map(([text, finding]) => `  ${colours.bold(printable(finding))}\n${text}`);
  return lines.length === 0 ? '' : `\n${lines.join('')}${unscannedHint(records)}`;
}

/** `eicar.com` is refused for its name: whoever tries it looks for a signature. */
function unscannedHint(records: readonly ScanRecord[]): string {
  const refused = records.filter(({ status, finding }) => status === 'REJECTED' && DECIDED_BEFORE.test(finding ?? ''));
  if (refused.length === 0) return '';
  const files = refused.length === 1 ? '1 file was' : `${refused.length} files were`;
  const config = `--config FILE with ${colours.bold('{ "allowedTypes": ["*"] }')}`;
  return `\n  ${files} refused by type or extension before the scan, so that no signature was looked for: ${config} scans all types.\n`;
}

/** Findings of the type check. */
const DECIDED_BEFORE = /^(?:type|extension|extension-mismatch):/;

/** Of Markdown: links and code. */
function withoutMarkup(text: string): string {
  return text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}
