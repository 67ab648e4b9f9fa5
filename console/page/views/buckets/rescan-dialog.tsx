import { useState } from 'preact/hooks';
import { call } from '../../lib/call.ts';
import { goTo } from '../../lib/use-route.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Fault } from '../../parts/fault.tsx';

/** docs/rescans.md describes them. */
const STRATEGIES = [
  ['all', 'every object'],
  ['unscanned', 'objects without a verdict'],
  ['due', 'objects whose turn has come by age'],
  ['stale', 'objects whose verdict is of older definitions'],
] as const;

interface RescanDialogProps {
  readonly bucket: string;
  readonly prefix: string;
  readonly rescanArn: string;
  readonly onClose: (started: boolean) => void;
}

/** Starts a rescan of a bucket, or of what begins with a prefix, and leads to it. */
export function RescanDialog({ bucket, prefix: at, rescanArn, onClose }: RescanDialogProps) {
  const [strategy, setStrategy] = useState<string>('all');
  const [prefix, setPrefix] = useState(at);
  const [fault, setFault] = useState<Error>();
  async function start() {
    const input = JSON.stringify({ bucket, strategy, ...(prefix !== '' && { prefix }) });
    try {
      const { executionArn = '' } = await call('states', 'StartExecution', { stateMachineArn: rescanArn, input });
      onClose(true);
      goTo(['rescans', executionArn]);
    } catch (thrown) {
      setFault(thrown as Error);
    }
  }
  return (
    <Confirm title={`Rescan ${bucket}`} action="Rescan" onConfirm={start} onCancel={() => onClose(false)}>
      <label class="field">
        <span>Which objects</span>
        <select value={strategy} onChange={(event) => setStrategy(event.currentTarget.value)}>
          {STRATEGIES.map(([name, meaning]) => (
            <option key={name} value={name}>
              {name}: {meaning}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Only keys that begin with</span>
        <input
          type="text"
          value={prefix}
          spellcheck={false}
          onInput={(event) => setPrefix(event.currentTarget.value)}
        />
      </label>
      <Fault fault={fault} />
    </Confirm>
  );
}
