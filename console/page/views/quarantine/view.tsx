import { useState } from 'preact/hooks';
import type { Quarantined } from '../../../server/operations/table.ts';
import { announce } from '../../lib/announce.ts';
import { ask } from '../../lib/call.ts';
import { bytes, count, fullTime } from '../../lib/format.ts';
import { linkTo } from '../../lib/route.ts';
import { usePolled } from '../../lib/use-polled.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Key } from '../../parts/key.tsx';
import { Pill } from '../../parts/pill.tsx';
import type { View } from '../view.ts';

/** What was moved to the quarantine. It is never handed out here: the page neither downloads nor shows content. */
export const quarantineView: View = { path: 'quarantine', title: 'Quarantine', component: Copies, shortcut: 'q' };

const POLL_MILLISECONDS = 3000;

type Asking = { readonly what: 'restore' | 'delete'; readonly copy: Quarantined };

function Copies() {
  const { value, fault, refresh } = usePolled(
    'quarantine',
    (signal) => ask('ListQuarantine', {}, signal),
    POLL_MILLISECONDS,
  );
  const [asking, setAsking] = useState<Asking>();
  const [outcome, setOutcome] = useState<string>();
  const [failed, setFailed] = useState<Error>();

  async function act({ what, copy: { id } }: Asking, reason: string) {
    setAsking(undefined);
    setFailed(undefined);
    setOutcome(what === 'restore' ? 'Restoring: the deployed scanner decides…' : undefined);
    try {
      const said = await (what === 'restore' ? restore(id, reason) : remove(id, reason));
      setOutcome(said);
      announce(said);
    } catch (thrown) {
      setOutcome(undefined);
      setFailed(thrown as Error);
    }
    refresh();
  }

  return (
    <div class="view scrolls">
      <div class="view-head">
        <h1>Quarantine</h1>
      </div>
      <Fault fault={fault ?? failed} />
      {outcome !== undefined && <p class="note">{outcome}</p>}
      {value?.copies.length === 0 && (
        <Empty title="Nothing is in quarantine">
          <p>
            With <code>"onInfected": "quarantine"</code> malware is moved here. Nobody but operators can read it.
          </p>
        </Empty>
      )}
      {value !== undefined && value.copies.length > 0 && (
        <p class="hint">
          {count(value.copies.length)} {value.copies.length === 1 ? 'copy' : 'copies'}
          {value.more && ', the first of more'}. A restore is scanned again where the object was, and stays away while
          the signature matches.
        </p>
      )}
      {value?.mayRead === false && value.copies.length > 0 && (
        <p class="note">
          Nobody may read the copies, so that only their keys are shown. Who may is named by{' '}
          <code>quarantine.operatorRoleArns</code>; here that is{' '}
          <code>arn:aws:iam::000000000000:role/investigator</code>.
        </p>
      )}
      <ul class="versions" aria-label="Copies">
        {value?.copies.map((copy) => (
          <Copy key={copy.id} copy={copy} onAsk={value.mayRead ? setAsking : undefined} />
        ))}
      </ul>
      {asking !== undefined && (
        <ReasonDialog
          asking={asking}
          onConfirm={(reason) => act(asking, reason)}
          onCancel={() => setAsking(undefined)}
        />
      )}
    </div>
  );
}

function Copy({ copy, onAsk }: { readonly copy: Quarantined; readonly onAsk: ((asking: Asking) => void) | undefined }) {
  const { original, finding, size, quarantined, definitions, status, lockedUntil, id } = copy;
  return (
    <li class="card">
      <div class="version-head">
        <Pill status={status} />
        <strong>
          <Key text={finding} />
        </strong>
        {onAsk !== undefined && (
          <span class="actions">
            <button type="button" class="button" onClick={() => onAsk({ what: 'restore', copy })}>
              Restore…
            </button>
            <button type="button" class="button" onClick={() => onAsk({ what: 'delete', copy })}>
              Delete…
            </button>
          </span>
        )}
      </div>
      <dl class="pairs">
        <dt>Was</dt>
        <dd>
          <a href={linkTo(['buckets', original.bucket, original.key])}>
            {original.bucket}/<Key text={original.key} />
          </a>
        </dd>
        {original.version !== null && (
          <>
            <dt>Version</dt>
            <dd>{original.version}</dd>
          </>
        )}
        <dt>Moved</dt>
        <dd>{fullTime(quarantined)}</dd>
        <dt>Size</dt>
        <dd>{bytes(size)}</dd>
        {definitions !== '' && (
          <>
            <dt>Definitions</dt>
            <dd>
              <Key text={definitions} />
            </dd>
          </>
        )}
        {lockedUntil !== null && (
          <>
            <dt>Locked until</dt>
            <dd>{fullTime(lockedUntil)}</dd>
          </>
        )}
        <dt>ID</dt>
        <dd>
          <code>{id}</code>
        </dd>
      </dl>
    </li>
  );
}

interface ReasonDialogProps {
  readonly asking: Asking;
  readonly onConfirm: (reason: string) => void;
  readonly onCancel: () => void;
}

/** The log of the quarantine keeps who did it and why. */
function ReasonDialog({ asking: { what, copy }, onConfirm, onCancel }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  return (
    <Confirm
      title={what === 'restore' ? 'Restore this object?' : 'Delete this copy?'}
      action={what === 'restore' ? 'Restore' : 'Delete'}
      final={what === 'delete'}
      onConfirm={() => onConfirm(reason.trim())}
      onCancel={onCancel}
    >
      <p>
        <Key text={copy.original.key} />
      </p>
      {what === 'delete' && <p class="soft">It is gone for good.</p>}
      <label class="field">
        <span>Reason, for the log</span>
        <input
          type="text"
          required
          pattern=".*\S.*"
          maxLength={200}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
    </Confirm>
  );
}

async function restore(id: string, reason: string): Promise<string> {
  const { restored, result, finding } = await ask('RestoreCopy', { id, reason });
  const verdict = [result, finding].filter((part) => part !== null).join(' ');
  return restored ? `Restored: ${verdict}` : `Not restored: ${verdict}. The copy stays in quarantine.`;
}

async function remove(id: string, reason: string): Promise<string> {
  await ask('DeleteCopy', { id, reason });
  return 'Deleted';
}
