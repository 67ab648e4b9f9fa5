import type { ScanStatus } from '../../functions/domain/verdict.ts';
import { colors } from './output.ts';

/** A status in the color that it has everywhere. */
export function statusColor(text: string): string {
  const { green, red, yellow, magenta, inverse, dim } = colors();
  const byStatus: Readonly<Record<ScanStatus, (text: string) => string>> = {
    CLEAN: green,
    INFECTED: red,
    REJECTED: yellow,
    UNSCANNABLE: magenta,
    ERROR: inverse,
  };
  return Object.hasOwn(byStatus, text) ? byStatus[text as ScanStatus](text) : dim(text);
}
