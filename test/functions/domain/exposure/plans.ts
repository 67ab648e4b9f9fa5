import fc from 'fast-check';
import type { Plan } from '../../../../functions/domain/exposure/plan.ts';
import { DEFAULT_AGE_STEPS } from '../../../../functions/domain/rescan/age-steps.ts';
import type { Strategy } from '../../../../functions/domain/rescan/strategy.ts';

const ages = fc.oneof(
  fc.constant([...DEFAULT_AGE_STEPS]),
  fc
    .uniqueArray(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 })
    .map((days) => days.sort((a, b) => a - b)),
);

/** Plans of these strategies, in any schedule and with any ages. */
export const plansOf = (...strategies: Strategy[]): fc.Arbitrary<Plan> =>
  fc.record({ strategy: fc.constantFrom(...strategies), everyDays: fc.constantFrom(0.5, 1, 2, 7, 10, 30, 90), ages });

/** Moments spread evenly over the time between two runs, none of them a run's. */
export const moments = (count: number, everyDays: number) =>
  Array.from({ length: count }, (_, n) => ((n + 0.5) / count) * everyDays);
