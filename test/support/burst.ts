import type { MovableClock } from '../../emulator/clock.ts';
import { eicar } from '../../local/samples.ts';
import { type Airlock, type Outcome, SCANNED } from './airlock.ts';
import { PAST_VISIBILITY_MILLISECONDS } from './waiting-clock.ts';

/** Every so many uploads malware. */
const INFECTED_EVERY = 10;

export interface BurstProps {
  readonly airlock: Airlock;
  readonly clock: MovableClock;
  readonly uploads: number;
  /** Which scan kills its worker, and which finds the engine killed. */
  readonly worker: number;
  readonly engine: number;
}

export interface Burst {
  readonly outcomes: readonly { readonly outcome: Outcome; readonly expected: 'CLEAN' | 'INFECTED' }[];
  /** Objects whose scan was handed out again. */
  readonly handedOutAgain: number;
}

/** Uploads all at once; a worker dies among them, and its scans are handed out again when the clock is moved. */
export async function playBurst({ airlock, clock, uploads, worker, engine }: BurstProps): Promise<Burst> {
  let scans = 0;
  airlock.beforeInvocation(({ task }) => {
    if (task !== 'scan-object') return;
    scans += 1;
    if (scans === engine) for (const pid of airlock.engines()) process.kill(pid, 'SIGKILL');
    if (scans === worker) throw Object.assign(new Error('the sandbox is gone'), { name: 'Runtime.ExitError' });
  });
  const begun = await Promise.all(
    Array.from({ length: uploads }, async (_, index) => {
      const expected = index % INFECTED_EVERY === 0 ? ('INFECTED' as const) : ('CLEAN' as const);
      const body = expected === 'INFECTED' ? eicar() : `all is well with ${index}`;
      return { expected, upload: await airlock.begin(`burst/${index}.txt`, body) };
    }),
  );
  let running = uploads;
  for (const { upload } of begun) {
    upload.execution.result.then(() => {
      running -= 1;
    });
  }
  const queue = airlock.pipeline.queues.all().find(({ name }) => name.includes('ScanObjectQueue'));
  const workers = [...airlock.pipeline.workers.values()];
  const atWork = () => (queue?.counts.visible ?? 0) > 0 || workers.some(({ counts }) => counts.running > 0);
  // What the dead worker had is all that is left.
  while (atWork() || running !== queue?.counts.inFlight) await new Promise((resolve) => setImmediate(resolve));
  const handedOutAgain = running;
  await clock.advance(PAST_VISIBILITY_MILLISECONDS);
  const outcomes = await Promise.all(
    begun.map(async ({ expected, upload }) => ({ expected, outcome: await airlock.outcome(upload) })),
  );
  airlock.beforeInvocation(undefined);
  return { outcomes, handedOutAgain };
}

/** What is wrong with a burst: nothing, one line each otherwise. */
export function faultsOf({ outcomes }: Burst, airlock: Airlock): string[] {
  const faults = outcomes.flatMap(({ outcome: { result, tags, upload, messages }, expected }) => {
    const wrong = [
      ...(result.status === 'SUCCEEDED' ? [] : [`${result.status} ${result.error}`]),
      ...(tags?.['scan-status'] === expected ? [] : [`${tags?.['scan-status']} instead of ${expected}`]),
      ...(result.states.join() === SCANNED.join() ? [] : [result.states.join()]),
      ...(messages.length === 1 ? [] : [`${messages.length} notifications`]),
    ];
    return wrong.map((text) => `${upload.key}: ${text}`);
  });
  const { queues, stack } = airlock.pipeline;
  // Not those of the test, which keep what they have heard.
  const ours = new Set(stack.ofType('AWS::SQS::Queue').map(({ arn }) => arn));
  const left = queues
    .all()
    .filter(({ arn }) => ours.has(arn))
    .filter(({ counts }) => counts.visible + counts.inFlight + counts.delayed > 0)
    .map(({ name, counts }) => `${name}: ${JSON.stringify(counts)}`);
  return [...faults, ...left];
}
