import { duration, fullTime } from '../../lib/format.ts';
import { linkTo } from '../../lib/route.ts';
import type { StateNode } from '../../model/definition.ts';
import { durationOf, type Path, type Visit } from '../../model/path.ts';
import { Json } from '../../parts/json.tsx';
import { Key } from '../../parts/key.tsx';
import type { LoadedExecution } from './load-execution.ts';

/** The execution as a whole: what it got and gave. */
export function ExecutionPanel({ execution, path }: { readonly execution: LoadedExecution; readonly path: Path }) {
  const { input, output } = execution;
  return (
    <>
      <h2>Execution</h2>
      <p class="soft">Choose a state to see what it got and gave.</p>
      <Cause error={path.error} cause={path.cause} />
      {input !== undefined && <Json label="Input" text={input} />}
      {output !== undefined && <Json label="Output" text={output} />}
    </>
  );
}

interface StatePanelProps {
  readonly node: StateNode;
  readonly visits: readonly Visit[];
  /** undefined for a state that was not entered. */
  readonly visit: Visit | undefined;
  readonly onVisit: (number: number) => void;
  readonly onClose: () => void;
}

export function StatePanel({ node, visits, visit, onVisit, onClose }: StatePanelProps) {
  return (
    <>
      <div class="panel-head">
        <h2>{node.name}</h2>
        <span class={`visit-status ${visit?.status ?? ''}`}>{visit?.status ?? 'not entered'}</span>
        <button type="button" class="quiet-button" onClick={onClose}>
          Whole execution
        </button>
      </div>
      <p class="soft">
        {node.type}
        {node.comment !== undefined && `: ${node.comment}`}
      </p>
      {node.distributed && <p class="soft">Its children are executions of their own.</p>}
      {visits.length > 1 && visit !== undefined && (
        <fieldset class="chips">
          <legend class="unseen">Which time</legend>
          {visits.map((each, at) => (
            <button
              // Two of them may begin in one millisecond.
              key={at}
              type="button"
              class="chip"
              aria-pressed={each === visit}
              onClick={() => onVisit(at + 1)}
            >
              {at + 1}. time
            </button>
          ))}
        </fieldset>
      )}
      {visit !== undefined && <VisitFacts visit={visit} />}
      {visit?.input !== undefined && <Json label="Input" text={visit.input} />}
      {visit?.output !== undefined && <Json label="Output" text={visit.output} />}
      <details>
        <summary>Definition</summary>
        <Json label="States Language" text={JSON.stringify(node.source)} />
      </details>
    </>
  );
}

function VisitFacts({ visit }: { readonly visit: Visit }) {
  const { entered, exited, attempts, mapRunArn } = visit;
  return (
    <>
      <dl class="fact-list">
        <div>
          <dt>Entered</dt>
          <dd>{fullTime(entered)}</dd>
        </div>
        <div>
          <dt>Duration</dt>
          <dd>{duration(durationOf({ ...visit, exited }, Date.now()))}</dd>
        </div>
        {mapRunArn !== undefined && (
          <div>
            <dt>Map Run</dt>
            <dd>
              <a href={linkTo(['rescans', mapRunArn])}>{mapRunArn.split(':').at(-1)}</a>
            </dd>
          </div>
        )}
      </dl>
      {attempts.length > 0 && (
        <table class="attempts">
          <caption>{attempts.length === 1 ? 'One attempt' : `${attempts.length} attempts`}</caption>
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col" class="end">
                Took
              </th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {attempts.map(({ scheduled, ended, error, cause }, at) => (
              <tr key={at}>
                <td>{at + 1}</td>
                <td class="end">{ended === undefined ? 'runs' : duration(ended - scheduled)}</td>
                <td>
                  {error === undefined ? ended !== undefined && 'succeeded' : <Cause error={error} cause={cause} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** Lambda's causes are JSON with a message in it. */
function Cause({ error, cause }: { readonly error: string | undefined; readonly cause: string | undefined }) {
  if (error === undefined) return null;
  return (
    <p class="cause">
      <strong>{error}</strong> <Key text={messageIn(cause ?? '')} />
    </p>
  );
}

function messageIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause);
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
