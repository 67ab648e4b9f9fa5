import { type Bill, sumOf, times } from './bill.ts';
import { idleMonth } from './idle.ts';
import type { Size } from './measurement.ts';
import { PRICES } from './prices.ts';
import { rescanOf } from './rescan.ts';
import type { CostSettings, IdleStack } from './settings.ts';
import { cleanBill, engineStartUsd, meanOverflowBill, TAGS_OF_CLEAN } from './upload.ts';

/** A month's use of one stack. */
export interface Use {
  readonly uploads: number;
  readonly size: Size;
  /** Share of the uploads that find no warm engine. */
  readonly cold: number;
  /** Share that overflows, under EXPRESS. */
  readonly overflowed: number;
  /** Objects that carry tags of earlier months. */
  readonly kept: number;
  /** Runs of `due`, and the objects that all of them scan. */
  readonly rescans: number;
  readonly rescanned: number;
}

export function monthBill(use: Use, settings: CostSettings, stack: IdleStack): Bill {
  const { uploads, size, cold, overflowed, kept, rescans, rescanned } = use;
  const over = settings.workflow === 'EXPRESS' ? uploads * overflowed : 0;
  const objects = kept + uploads;
  const run = (scanned: number) => rescanOf({ objects, tagsRead: scanned, scanned, changed: 0, size }, settings);
  return sumOf([
    idleMonth({ ...stack, rescansADay: 0 }, settings),
    times(cleanBill(settings, size), uploads - over),
    times(meanOverflowBill(settings, size), over),
    { scanner: uploads * cold * engineStartUsd(settings) },
    { 'tags, one month': kept * TAGS_OF_CLEAN[settings.tags] * PRICES.s3.tagMonth },
    rescans === 0 ? {} : times(run(rescanned / rescans), rescans),
  ]);
}
