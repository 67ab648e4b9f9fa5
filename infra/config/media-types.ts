import {
  DANGEROUS_BINARY_TYPES,
  DANGEROUS_TEXT_TYPES,
} from '../../functions/domain/file-type/types/dangerous-types.ts';
import { GROUPS } from '../../functions/domain/file-type/types/media-types.ts';
import { ALIASES } from '../../functions/domain/file-type/types/type-aliases.ts';

/** A Markdown table of every media type that is detected, for docs/media-types.md. */
export function mediaTypesTable(): string {
  const tables = [
    ...Object.entries(GROUPS),
    ['', DANGEROUS_TEXT_TYPES] as const,
    ['', DANGEROUS_BINARY_TYPES] as const,
  ];
  const rows = tables.flatMap(([group, types]) =>
    Object.entries(types).map(([type, extensions]) => {
      const others = Object.keys(ALIASES).filter((name) => ALIASES[name] === type);
      return `| ${[group && `\`${group}\``, `\`${type}\``, quoted(extensions), quoted(others)].join(' | ')} |`;
    }),
  );
  return ['| group | media type | extensions | other names |', '|---|---|---|---|', ...rows].join('\n');
}

const quoted = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(' ');

if (import.meta.main) console.log(mediaTypesTable());
