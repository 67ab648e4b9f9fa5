import type { Pipeline } from '../../local/stack/pipeline.ts';
import { summaryOf } from './check-rescans.ts';
import type { Ledger } from './ledger.ts';
import type { Rescans } from './rescans.ts';

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** Alarms that went off, by metric and dimension. */
export function activeAlarms({ alarms, stack }: Pipeline): Set<string> {
  const measured = alarms.rung().map((id) => {
    const { MetricName, Dimensions = [] } = stack.resources.get(id)?.properties ?? {};
    const own = (Dimensions as readonly Dimension[]).filter(({ Name }) => Name !== 'service');
    return [MetricName, ...own.map(({ Value }) => Value)].join(' ');
  });
  return new Set(measured);
}

/** One for failed executions of uploads, one for failed rescans, one for each bucket with objects that a rescan could not scan. */
export function expectedAlarms(pipeline: Pipeline, ledger: Ledger, rescans: Rescans): Set<string> {
  const expected = new Set<string>();
  if (ledger.failures() > 0) expected.add(scansFailed(pipeline));
  for (const result of rescans.rounds.flatMap(({ runs }) => runs)) {
    if (result.status !== 'SUCCEEDED') expected.add(`ExecutionsFailed ${rescans.machine}`);
    const { bucket, failed = 0 } = summaryOf(result) ?? {};
    if (failed > 0) expected.add(`RescanFailed ${bucket}`);
  }
  return expected;
}

/** The alarm of uploads' executions. */
export function scansFailed({ stack }: Pipeline): string {
  return `ExecutionsFailed ${stack.outputs.find(({ key }) => key === 'ScanUploadArn')?.value}`;
}
