import { EXPLANATIONS } from '../../functions/domain/findings.ts';

/** A Markdown table of every finding, what it means and what to do: what docs/findings.md holds. */
export function findingsTable(): string {
  const rows = Object.values(EXPLANATIONS).map(({ status, finding, meaning, remedy }) => {
    const shown = finding.includes('`') ? finding : `\`${finding}\``;
    return `| \`${status}\` | ${shown} | ${meaning} | ${remedy} |`;
  });
  return ['| status | finding | meaning | what to do |', '|---|---|---|---|', ...rows].join('\n');
}

if (import.meta.main) console.log(findingsTable());
