import { EXPLANATIONS } from '../../functions/domain/findings.ts';

/** A Markdown table of every finding, what it means and what to do: what docs/findings.md holds. */
export function findingsTable(): string {
  const rows = Object.values(EXPLANATIONS).map(({ status, finding, meaning, remedy, setting }) => {
    const shown = finding.includes('`') ? finding : `\`${finding}\``;
    return `| \`${status}\` | ${shown} | ${meaning} | ${remedy} | ${setting} |`;
  });
  return ['| status | finding | meaning | what to do | what lets it in |', '|---|---|---|---|---|', ...rows].join('\n');
}

if (import.meta.main) console.log(findingsTable());
