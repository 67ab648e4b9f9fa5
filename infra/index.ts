export type { MetricName } from '../functions/domain/metrics.ts';
export type { ScanStatus } from '../functions/domain/verdict.ts';
export { Airlock } from './constructs/airlock.ts';
export type { AirlockProps, WatchOptions } from './constructs/airlock-props.ts';
