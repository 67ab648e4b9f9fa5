import { useState } from 'preact/hooks';
import { announce } from '../../lib/announce.ts';
import { call, type Output } from '../../lib/call.ts';
import { bytes, count, duration, fullTime } from '../../lib/format.ts';
import { dollars, inputIn, type Progress, progressOf, type RescanSummary, summaryIn } from '../../lib/rescans.ts';
import { linkTo } from '../../lib/route.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Fault } from '../../parts/fault.tsx';
import { type Column, Grid } from '../../parts/grid.tsx';
import { Key } from '../../parts/key.tsx';
import { Pill } from '../../parts/pill.tsx';

type Child = NonNullable<Output<'states', 'ListExecutions'>['executions']>[number];
const MOST_CHILDREN = 1000;

/** One rescan: how far it is, and what came of it. */
export function RescanPage({ executionArn }: { readonly executionArn: string }) {
  const { value, fault, refresh } = usePolled(`rescan ${executionArn}`, (signal) => readRescan(executionArn, signal));
  const [stopping, setStopping] = useState(false);
  const [failed, setFailed] = useState<Error>();
  async function stop() {
    setStopping(false);
    try {
      await call('states', 'StopExecution', { executionArn, cause: 'stopped in the console page' });
      announce('Stopped');
    } catch (thrown) {
      setFailed(thrown as Error);
    }
    refresh();
  }
  const { bucket, prefix, strategy } = inputIn(value?.execution.input);
  const summary = summaryIn(value?.execution.output);
  return (
    <div class="view">
      <p class="crumbs">
        <a href={linkTo(['rescans'])}>Rescans</a> /
      </p>
      <div class="view-head">
        <h1>
          {bucket}/<Key text={prefix} />
        </h1>
        {value !== undefined && <Pill status={value.execution.status ?? ''} />}
        <a class="button" href={linkTo(['executions', executionArn])}>
          Its execution
        </a>
        {value?.execution.status === 'RUNNING' && (
          <button type="button" class="button" onClick={() => setStopping(true)}>
            Stop…
          </button>
        )}
      </div>
      <Fault fault={fault ?? failed} />
      {value !== undefined && <Facts rescan={value} strategy={strategy} />}
      {summary !== undefined && <Summary summary={summary} />}
      {value !== undefined && value.children.length > 0 && (
        <Grid
          label="Batches"
          rows={value.children}
          columns={CHILD_COLUMNS}
          keyOf={({ executionArn: arn = '' }) => arn}
          hrefOf={({ executionArn: arn = '' }) => linkTo(['executions', arn])}
        />
      )}
      {stopping && (
        <Confirm title="Stop this rescan?" action="Stop" onConfirm={stop} onCancel={() => setStopping(false)}>
          <p>Verdicts that it has written stay.</p>
        </Confirm>
      )}
    </div>
  );
}

interface Rescan {
  readonly execution: Output<'states', 'DescribeExecution'>;
  /** undefined until it has listed something. */
  readonly progress: Progress | undefined;
  readonly children: readonly Child[];
}

function Facts({ rescan: { execution, progress }, strategy }: { readonly rescan: Rescan; readonly strategy: string }) {
  const { startDate = '', stopDate, error, cause, status } = execution;
  const took = (stopDate === undefined ? Date.now() : Date.parse(stopDate)) - Date.parse(startDate);
  return (
    <>
      {progress !== undefined && (
        <div class="upload-progress">
          <progress max={Math.max(progress.listed, 1)} value={progress.done} aria-label="Progress of the rescan" />
          <span>
            {count(progress.done)} of {count(progress.listed)} objects{status === 'RUNNING' && ' listed so far'}
            {progress.failed > 0 && `, ${count(progress.failed)} in batches that failed`}
          </span>
        </div>
      )}
      <dl class="pairs">
        <dt>Strategy</dt>
        <dd>{strategy === '' ? 'due' : strategy}</dd>
        <dt>Started</dt>
        <dd>{fullTime(startDate)}</dd>
        <dt>{stopDate === undefined ? 'Runs for' : 'Took'}</dt>
        <dd>{duration(took)}</dd>
        {error !== undefined && (
          <>
            <dt>Error</dt>
            <dd class="bad-text">
              <Key text={[error, cause].filter(Boolean).join(': ')} />
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

function Summary({ summary }: { readonly summary: RescanSummary }) {
  const { listed, scanned, bytes: scannedBytes, skipped, failed, changed, infected } = summary;
  const reasons = Object.entries(skipped).map(([reason, number]) => `${count(number)} ${reason}`);
  const tiles: readonly (readonly [name: string, value: string, isBad?: boolean])[] = [
    ['Listed', count(listed)],
    ['Scanned', `${count(scanned)} (${bytes(scannedBytes)})`],
    ['Skipped', reasons.length === 0 ? '0' : reasons.join(', ')],
    ['Failed', count(failed), failed > 0],
    ['Infected', count(infected), infected > 0],
    ['Verdicts changed', count(changed)],
    ['Cost on AWS', dollars(summary.costUsd)],
    ['Estimate before', dollars(summary.estimatedCostUsd)],
  ];
  return (
    <dl class="tiles" aria-label="Totals">
      {tiles.map(([name, value, isBad]) => (
        <div key={name} class="tile">
          <dt>{name}</dt>
          <dd class={isBad === true ? 'bad-text' : ''}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const CHILD_COLUMNS: readonly Column<Child>[] = [
  { title: 'Batch', width: '7rem', cell: ({ status }) => <Pill status={status ?? ''} /> },
  { title: 'Execution', width: 'minmax(0, 1fr)', cell: ({ name }) => name },
  { title: 'Objects', width: '5rem', align: 'end', cell: ({ itemCount }) => count(itemCount ?? 0) },
  {
    title: 'Took',
    width: '6rem',
    align: 'end',
    cell: ({ startDate, stopDate }) => startDate && stopDate && duration(Date.parse(stopDate) - Date.parse(startDate)),
  },
];

async function readRescan(executionArn: string, signal: AbortSignal): Promise<Rescan> {
  const [execution, { mapRuns = [] }] = await Promise.all([
    call('states', 'DescribeExecution', { executionArn }, signal),
    call('states', 'ListMapRuns', { executionArn }, signal),
  ]);
  const mapRunArn = mapRuns[0]?.mapRunArn;
  if (mapRunArn === undefined) return { execution, progress: undefined, children: [] };
  const [{ itemCounts }, { executions: children = [] }] = await Promise.all([
    call('states', 'DescribeMapRun', { mapRunArn }, signal),
    call('states', 'ListExecutions', { mapRunArn, maxResults: MOST_CHILDREN }, signal),
  ]);
  return { execution, progress: progressOf(itemCounts), children };
}
