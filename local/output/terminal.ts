import { stripVTControlCharacters } from 'node:util';
import type { ScanStatus } from '../../functions/domain/verdict.ts';
import { colours, errorColours } from './colors.ts';

export type Colour = (text: string) => string;

const STATUS_COLOURS: Readonly<Record<ScanStatus, Colour>> = {
  CLEAN: colours.green,
  INFECTED: colours.red,
  REJECTED: colours.yellow,
  UNSCANNABLE: colours.magenta,
  ERROR: colours.inverse,
};

export function coloured(status: string): string {
  return (STATUS_COLOURS[status as ScanStatus] ?? colours.dim)(status);
}

/** Pads to the visible width, without color codes. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  const space = ' '.repeat(Math.max(0, width - stripVTControlCharacters(text).length));
  return side === 'right' ? text + space : space + text;
}

/** Makes an untrusted name safe to print: control characters could overwrite the line. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function readableBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 100 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

export function readableMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `34 ms`, `1.5 s`, `2 min 5 s`, `3 h 20 min`. */
export function readableTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return readableMs(ms);
  const [small, large] = seconds < 3600 ? [seconds, 60] : [Math.round(seconds / 60), 60];
  const [unit, part] = seconds < 3600 ? ['min', 's'] : ['h', 'min'];
  const rest = small % large;
  return `${Math.floor(small / large)} ${unit}${rest === 0 ? '' : ` ${rest} ${part}`}`;
}

export function warn(text: string): void {
  process.stderr.write(`${errorColours.yellow('warning:')} ${text}\n`);
}

/** Not part of a command's output: goes to stderr. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
