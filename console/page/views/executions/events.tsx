import { useMemo, useState } from 'preact/hooks';
import { duration, fullTime } from '../../lib/format.ts';
import type { HistoryEvent } from '../../model/path.ts';
import { type Column, Grid } from '../../parts/grid.tsx';
import { Json } from '../../parts/json.tsx';
import { Key } from '../../parts/key.tsx';

interface EventsProps {
  readonly events: readonly HistoryEvent[];
  /** Of the execution. */
  readonly start: number;
  readonly onState: (name: string) => void;
}

interface EventRow extends HistoryEvent {
  /** The state that it belongs to. */
  readonly state: string | undefined;
}

/** The whole history as a table; a row shows its details. */
export function Events({ events, start, onState }: EventsProps) {
  const [open, setOpen] = useState<number>();
  const rows = useMemo(() => withStates(events), [events]);
  const shown = rows.find(({ id }) => id === open);
  const columns: readonly Column<EventRow>[] = [
    { title: 'Id', width: '3rem', align: 'end', cell: ({ id }) => id },
    { title: 'After', width: '5rem', align: 'end', cell: ({ time }) => duration(time - start) },
    { title: 'Type', width: 'minmax(9rem, 2fr)', cell: ({ type }) => type },
    {
      title: 'State',
      width: 'minmax(7rem, 2fr)',
      cell: ({ state }) =>
        state !== undefined && (
          <button type="button" class="link-button" tabIndex={-1} onClick={() => onState(state)}>
            {state}
          </button>
        ),
    },
    {
      title: 'Error',
      width: 'minmax(6rem, 2fr)',
      wideOnly: true,
      cell: ({ details: { error } }) => error !== undefined && <Key text={error} />,
    },
  ];
  return (
    <div class="side-by-side">
      <Grid
        label="Events"
        rows={rows}
        columns={columns}
        keyOf={({ id }) => String(id)}
        classOf={({ details: { error } }) => (error === undefined ? '' : 'has-error')}
        onOpen={({ id }) => setOpen(id)}
      />
      <div class="panel">
        {shown === undefined ? (
          <p class="soft">Choose an event to see its details.</p>
        ) : (
          <>
            <h2>
              {shown.id}. {shown.type}
            </h2>
            <p class="soft">{fullTime(shown.time)}</p>
            {jsonParts(shown).map(([label, text]) => (
              <Json key={label} label={label} text={text} />
            ))}
          </>
        )}
      </div>
    </div>
  );
}

/** Texts that are JSON stand for themselves; the rest stays together. */
function jsonParts({ details }: HistoryEvent): (readonly [label: string, text: string])[] {
  const { input, output, parameters, ...rest } = details;
  const parts = Object.entries({ Input: input, Parameters: parameters, Output: output });
  return [
    ...(Object.keys(rest).length > 0 ? [['Details', JSON.stringify(rest)] as const] : []),
    ...parts.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const])),
  ];
}

/** An event without a name belongs to the state of the event before it. */
function withStates(events: readonly HistoryEvent[]): EventRow[] {
  const states = new Map<number, string>();
  return events.map((event) => {
    const ofExecution = event.type.startsWith('Execution');
    const state = ofExecution ? undefined : (event.details.name ?? states.get(event.previousId));
    if (state !== undefined) states.set(event.id, state);
    return { ...event, state };
  });
}
