import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { costOf } from '../../functions/domain/exposure/cost.ts';
import type { Plan } from '../../functions/domain/exposure/plan.ts';
import { worstOf } from '../../functions/domain/exposure/spans.ts';
import { waitBetween } from '../../functions/domain/exposure/wait.ts';
import { DEFAULT_AGE_STEPS } from '../../functions/domain/rescan/age-steps.ts';
import { parseConfig } from '../../infra/config/schema.ts';
import { pictureOf, withTables } from '../../infra/documents/exposure.ts';
import { CHANCES, DOUBLING, meanWait } from '../../infra/documents/exposure-ages.ts';
import { exposurePicture, THEMES, type Theme } from '../../infra/documents/exposure-picture.ts';
import { evenly } from '../../infra/documents/exposure-plans.ts';

const page = readFileSync('docs/exposure.md', 'utf8');
const HINT = 'run `npm run exposure`';

describe('docs/exposure.md', () => {
  it('has the tables of the model', () => {
    expect({ HINT, page: withTables(page) }).toEqual({ HINT, page });
  });

  it.each(Object.keys(THEMES) as Theme[])('has the picture of the model, %s', async (theme) => {
    expect((await exposurePicture(theme)) === readFileSync(pictureOf(theme), 'utf8') ? 'up to date' : HINT).toBe(
      'up to date',
    );
  });

  it('names the default ages', () => {
    expect(page).toContain(`\`rescan.ages\` are ${DEFAULT_AGE_STEPS.join(', ')} days`);
    expect(readFileSync('docs/rescans.md', 'utf8')).toContain(`the age steps are ${DEFAULT_AGE_STEPS.join(', ')} days`);
  });
});

describe('What docs/exposure.md advises', () => {
  const yearOf = (bytes: number, strategy: Plan['strategy'], everyDays: number, ages = DEFAULT_AGE_STEPS) =>
    costOf({ strategy, everyDays, ages }, evenly(bytes)).year;
  const [small, middle, large] = [100_000, 1_000_000, 10_000_000];
  const share = (bytes: number, strategy: Plan['strategy'], everyDays: number) =>
    yearOf(bytes, strategy, everyDays) / yearOf(bytes, 'due', 1);

  it('is compared with the default', () => {
    expect(parseConfig({}).buckets[0]?.rescan).toMatchObject({
      ...{ schedule: 'rate(1 day)', strategy: 'due', ages: DEFAULT_AGE_STEPS },
    });
  });

  it('costs what it says', () => {
    expect(share(small, 'all', 7)).toBeCloseTo(1.4, 1);
    expect(share(middle, 'all', 14)).toBeCloseTo(1.5, 1);
    expect(share(middle, 'all', 30)).toBeCloseTo(0.7, 1);
    expect(Math.round(share(large, 'all', 7))).toBe(5);
    expect(share(small, 'due', 30)).toBeCloseTo(1 / 6, 1);
    expect(share(large, 'due', 30)).toBeCloseTo(0.6, 1);
  });

  it('costs this much to list, and for the ages', () => {
    expect(yearOf(middle, 'due', 1, [3650])).toBeCloseTo(102, 0);
    const more = (bytes: number) => yearOf(bytes, 'due', 1) / yearOf(bytes, 'due', 1, DOUBLING) - 1;
    expect([middle, large].map((bytes) => Math.round(more(bytes) * 100))).toEqual([6, 11]);
    const worst = [DOUBLING, DEFAULT_AGE_STEPS].map((ages) =>
      worstOf(waitBetween({ strategy: 'due', everyDays: 1, ages }, 0, 365)),
    );
    expect(worst.map(Math.round)).toEqual([125, 95]);
  });

  it.each(CHANCES)('has the best nine ages if the chance $name', ({ at, best }) => {
    const least = meanWait(best, at);
    const moved = best
      .slice(0, -1)
      .flatMap((_, index) => [-1, 1].map((by) => best.with(index, (best[index] ?? 0) + by)));
    const possible = moved.filter((ages) => ages.every((age, index) => age > (ages[index - 1] ?? 0)));
    for (const ages of possible) expect(meanWait(ages, at)).toBeGreaterThanOrEqual(least - 1e-9);
    expect(meanWait(DEFAULT_AGE_STEPS, at)).toBeLessThan(meanWait(DOUBLING, at));
  });
});

it.each(Object.entries(THEMES))('the picture is readable on its background, %s', (_, { background, text, series }) => {
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  for (const color of [text, ...series]) {
    const [dark = 0, light = 0] = [luminance(background), luminance(color)].sort((a, b) => a - b);
    expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5);
  }
});
