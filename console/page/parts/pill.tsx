/** The color of a word: verdicts, and how executions and alarms are. */
const TONES: Readonly<Record<string, string>> = {
  CLEAN: 'good',
  SUCCEEDED: 'good',
  OK: 'good',
  INFECTED: 'bad',
  FAILED: 'bad',
  ERROR: 'bad',
  ALARM: 'bad',
  TIMED_OUT: 'bad',
  REJECTED: 'warn',
  UNSCANNABLE: 'warn',
  ABORTED: 'warn',
  RUNNING: 'live',
  SCANNING: 'live',
  INSUFFICIENT_DATA: 'quiet',
};

/** A status; its color says nothing that its word does not. */
export function Pill({ status }: { readonly status: string }) {
  return <span class={`pill ${TONES[status] ?? 'quiet'}`}>{status.replaceAll('_', ' ')}</span>;
}
