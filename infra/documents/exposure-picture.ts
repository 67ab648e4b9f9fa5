import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { PositionFieldDef } from 'vega-lite/types_unstable/channeldef.d.ts';
import { costOf } from '../../functions/domain/exposure/cost.ts';
import { medianOf, worstOf } from '../../functions/domain/exposure/spans.ts';
import { waitBetween } from '../../functions/domain/exposure/wait.ts';
import { DEFAULT_AGE_STEPS } from '../../functions/domain/rescan/age-steps.ts';
import { evenly, SERIES, SIZES } from './exposure-plans.ts';

/** Colors on GitHub's backgrounds; every one has a contrast of 4.5 or more with its background. */
export const THEMES = {
  light: { background: '#ffffff', text: '#24292f', grid: '#d0d7de', series: ['#0969da', '#8250df', '#bc4c00'] },
  dark: { background: '#0d1117', text: '#e6edf3', grid: '#30363d', series: ['#58a6ff', '#bc8cff', '#f0883e'] },
} as const;
export type Theme = keyof typeof THEMES;

const AGES = [
  { name: 'file up to a month old', from: 0, to: 30 },
  { name: 'file a month to a year old', from: 30, to: 365 },
];

const isDefault = ({ strategy, everyDays, ages }: (typeof SERIES)[number]['plans'][number]) =>
  strategy === 'due' && everyDays === 1 && ages === DEFAULT_AGE_STEPS;

const VALUES = SERIES.flatMap(({ name, plans }) =>
  plans.flatMap((plan) =>
    SIZES.flatMap((size) =>
      AGES.map(({ name: age, from, to }) => {
        const spans = waitBetween(plan, from, to);
        return {
          ...{ strategy: name, size: `1,000,000 objects of ${size.name}`, age },
          cost: costOf(plan, evenly(size.bytes)).year,
          median: medianOf(spans),
          worst: worstOf(spans),
          label: `${plan.everyDays} d`,
          isDefault: isDefault(plan),
        };
      }),
    ),
  ),
);

function specOf({ background, text, grid, series }: (typeof THEMES)[Theme]): TopLevelSpec {
  const x = {
    field: 'cost',
    type: 'quantitative',
    scale: { type: 'log', domain: [5, 50_000] },
    axis: { values: [10, 100, 1000, 10_000], format: '$,d' },
    title: 'a year',
  } satisfies PositionFieldDef<string>;
  const y = {
    field: 'median',
    type: 'quantitative',
    scale: { type: 'log', domain: [0.4, 300] },
    axis: { values: [1, 3, 10, 30, 100, 300] },
    title: 'days, median to worst',
  } satisfies PositionFieldDef<string>;
  const field = 'strategy';
  const domain = SERIES.map(({ name }) => name);
  const color = { field, scale: { domain, range: [...series] } };
  const label = (only: string, place: object) => ({
    transform: [{ filter: only }],
    mark: { type: 'text' as const, fontSize: 10, color: text, ...place },
    encoding: { x, y, text: { field: 'label' } },
  });
  return {
    background,
    data: { values: VALUES },
    facet: {
      column: { field: 'size', title: null, sort: SIZES.map(({ name }) => `1,000,000 objects of ${name}`) },
      row: { field: 'age', title: null, sort: AGES.map(({ name }) => name) },
    },
    spec: {
      width: 250,
      height: 210,
      layer: [
        { mark: { type: 'line', opacity: 0.5 }, encoding: { x, y, color } },
        { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x, y, y2: { field: 'worst' }, color } },
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 1 },
          encoding: { x, y, color, shape: { field, scale: { domain } } },
        },
        label('datum.strategy === "due"', { dy: 15 }),
        label('datum.strategy === "all"', { align: 'left', dx: 8 }),
        {
          transform: [{ filter: 'datum.isDefault' }],
          mark: { type: 'text', fontSize: 10, fontWeight: 'bold', color: text, dy: -7 },
          encoding: { x, y: { ...y, field: 'worst' }, text: { value: 'default' } },
        },
      ],
    },
    config: {
      aria: false,
      font: 'sans-serif',
      axis: { labelColor: text, titleColor: text, gridColor: grid, domainColor: grid, tickColor: grid },
      header: { labelColor: text },
      legend: { labelColor: text, titleColor: text, orient: 'bottom', title: null, labelLimit: 300 },
      view: { stroke: grid },
    },
  };
}

/** Cost against exposure as SVG; the same bytes every time. */
export async function exposurePicture(theme: Theme): Promise<string> {
  const { spec } = compile(specOf(THEMES[theme]));
  const svg = await new View(parse(spec), { renderer: 'none' }).toSVG();
  return `${svg}\n`;
}
