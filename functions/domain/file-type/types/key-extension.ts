import database from 'mime-db';
import { isKnownExtension } from './extensions.ts';

/** Longer ones are cut: the finding has to fit into a tag, and a key may have 1,024 bytes. */
const LONGEST_EXTENSION = 32;

/** Of any format that has ever been registered, harmless or not. */
const REGISTERED = new Set(Object.values(database).flatMap(({ extensions = [] }) => extensions));

const ADDRESS =
  /^[\p{L}\p{N}_.+%'-]+@(?:[\p{L}\p{N}-]+\.)+(?:\p{L}{2}|aero|app|biz|cloud|com|coop|dev|edu|gov|info|int|jobs|mil|mobi|museum|name|net|online|org|pro|shop|site|store|tech|travel|xyz)$/iu;

/**
 * Top-level domains that are extensions too, of formats that text does not pass for. Not `pl`, `py` or `sh`: any text
 * is a script under these.
 */
const DOMAIN_EXTENSIONS = new Set(['com', 'org', 'ai', 'ps', 'so', 'md']);

/**
 * The part after the last dot of the key's last segment, lower case; null when there is none, or when it is no
 * extension (`Scan 12.5 cm`, `jane@example.com`, `backup.001`): no system associates such a name with a program.
 *
 * Parsed as by the most lenient reader: Windows drops trailing dots and spaces (`a.exe. ` runs), and
 * controls or bidirectional overrides (U+202E) are invisible, so these are removed first. `.exe` and
 * `.htaccess` count as extensions, because Windows and web servers treat them so.
 */
export function extensionOf(key: string): string | null {
  const name = key
    .slice(key.lastIndexOf('/') + 1)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[.\s]+$/u, '');
  const dot = name.lastIndexOf('.');
  if (dot === -1) return null;
  const tail = name.slice(dot + 1).toLowerCase();
  const extension = tail.trim();
  if (extension === '' || /^\d+$/.test(extension) || isNoExtension(name, tail, extension)) return null;
  return [...extension].slice(0, LONGEST_EXTENSION).join('');
}

function isNoExtension(name: string, tail: string, extension: string): boolean {
  if (ADDRESS.test(name) && (DOMAIN_EXTENSIONS.has(extension) || !isKnownExtension(extension))) return true;
  if (isKnownExtension(extension) || REGISTERED.has(extension)) return false;
  // A colon ends the name on Windows: `a.exe:1` and `a.exe::$DATA` are streams of a program.
  if (extension.includes(':')) return false;
  return /\s|^\d/u.test(tail) || !/[\p{L}\p{N}]/u.test(extension);
}
