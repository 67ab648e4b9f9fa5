import type { CostSettings } from '../../functions/domain/cost/settings.ts';
import type { Plan } from '../../functions/domain/exposure/plan.ts';
import { AgeSteps } from '../../functions/domain/rescan/age-steps.ts';
import { STRATEGIES } from '../../functions/domain/rescan/strategy.ts';
import { didYouMean } from '../../infra/config/error-message.ts';
import { everyDaysOf, longestPause } from '../../infra/config/schedule.ts';

/** What the cost of a bucket depends on. */
export interface Scenario {
  readonly settings: CostSettings;
  /** Without `everyDays`: by hand only. */
  readonly rescan: Omit<Plan, 'everyDays'> & { readonly everyDays: number | null };
}

type Change = (scenario: Scenario, value: string) => Scenario;

/** @throws Error that says which values there are */
function oneOf<const Value extends string>(values: readonly Value[], value: string): Value {
  const found = values.find((each) => each === value);
  if (found !== undefined) return found;
  throw new Error(`not one of ${values.join(', ')}${didYouMean(value, values)}`);
}

const SWITCH = ['true', 'false'] as const;
/** MB that Lambda takes. */
const [LEAST_MEMORY, MOST_MEMORY] = [128, 10_240];

const setting =
  (changed: (settings: CostSettings, value: string) => Partial<CostSettings>): Change =>
  (scenario, value) => ({
    ...scenario,
    settings: { ...scenario.settings, ...changed(scenario.settings, value) },
  });

const rescan =
  (changed: (value: string) => Partial<Scenario['rescan']>): Change =>
  (scenario, value) => ({ ...scenario, rescan: { ...scenario.rescan, ...changed(value) } });

const scanner = ({ functions }: CostSettings, size: Partial<CostSettings['functions']['scan-object']>) => ({
  functions: { ...functions, 'scan-object': { ...functions['scan-object'], ...size } },
});

/** By the names of the configuration. */
const CHANGES: Readonly<Record<string, Change>> = {
  workflow: setting((_, value) => ({ workflow: oneOf(['STANDARD', 'EXPRESS'], value) })),
  logLevel: setting((_, value) => {
    const level = oneOf(['ALL', 'ERROR'], value);
    return { logLevel: { STANDARD: level, EXPRESS: level } };
  }),
  tracing: setting((_, value) => ({ tracing: oneOf(SWITCH, value) === 'true' })),
  tags: setting((_, value) => ({ tags: oneOf(['full', 'status'], value) })),
  versioned: setting((_, value) => ({ versioned: oneOf(SWITCH, value) === 'true' })),
  'engine.memoryMb': setting((settings, value) => {
    const memoryMb = Number(value);
    if (!Number.isInteger(memoryMb) || memoryMb < LEAST_MEMORY || memoryMb > MOST_MEMORY) {
      throw new Error(`not a whole number from ${LEAST_MEMORY} to ${MOST_MEMORY}`);
    }
    return scanner(settings, { memoryMb });
  }),
  'engine.architecture': setting((settings, value) =>
    scanner(settings, { architecture: oneOf(['x86_64', 'arm64'], value) }),
  ),
  'rescan.strategy': rescan((value) => ({ strategy: oneOf(STRATEGIES, value) })),
  'rescan.schedule': rescan((value) => {
    if (value === 'null') return { everyDays: null };
    if (longestPause(value) === undefined) throw new Error('not a rate(…) or cron(…), and not null');
    return { everyDays: everyDaysOf(value) };
  }),
  'rescan.ages': rescan((value) => {
    const { data, error } = AgeSteps.safeParse(value.split(',').map(Number));
    if (data === undefined) throw new Error(error.issues[0]?.message ?? 'not ages in days, such as 1,7,30');
    return { ages: data };
  }),
};

export const WHAT_IF_KEYS = Object.keys(CHANGES);

/** @throws Error that names key and value */
export function readWhatIf(text: string): (scenario: Scenario) => Scenario {
  const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const change = CHANGES[key];
  if (change === undefined) {
    const hint = didYouMean(key, WHAT_IF_KEYS);
    throw new Error(`${text}: not KEY=VALUE with a key of ${WHAT_IF_KEYS.join(', ')}${hint}`);
  }
  const apply = (scenario: Scenario) => {
    try {
      return change(scenario, value);
    } catch (fault) {
      throw new Error(`${key}=${value}: ${(fault as Error).message}`);
    }
  };
  return apply;
}
