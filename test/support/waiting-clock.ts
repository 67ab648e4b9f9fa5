import { MovableClock } from '../../emulator/clock.ts';
import type { Pipeline } from '../../local/stack/pipeline.ts';

/** Longer than a scan is invisible to other workers. */
export const PAST_VISIBILITY_MILLISECONDS = 1_800_000;
/** Less than any time limit of a task: one that begins while the clock is moved must not be at its end. */
const STEP_MILLISECONDS = 30_000;
const LOOK_MILLISECONDS = 20;

/**
 * A clock that runs with the real time, and is moved past the visibility time-out whenever nothing is under way any
 * more but scans that no worker has, because theirs died or was never heard of.
 */
export class WaitingClock extends MovableClock {
  /** Executions that have not ended; whoever starts and sees them counts. */
  running = 0;
  #moving = false;
  #timer: NodeJS.Timeout | undefined;

  watch({ stack, queues, workers, tokens }: Pick<Pipeline, 'stack' | 'queues' | 'workers' | 'tokens'>): void {
    // What a test's own queue has heard waits for nobody.
    const ours = new Set(stack.ofType('AWS::SQS::Queue').map(({ arn }) => arn));
    const isIdle = () =>
      this.running > 0 &&
      this.running === tokens.waiting &&
      queues.all().every(({ arn, counts }) => !ours.has(arn) || counts.visible + counts.delayed === 0) &&
      [...workers.values()].every(({ counts }) => counts.running === 0);
    this.#timer = setInterval(() => {
      if (this.#moving) return;
      this.#moving = true;
      this.#moveWhile(isIdle).finally(() => {
        this.#moving = false;
      });
    }, LOOK_MILLISECONDS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #moveWhile(isIdle: () => boolean): Promise<void> {
    for (let moved = 0; moved < PAST_VISIBILITY_MILLISECONDS && isIdle(); moved += STEP_MILLISECONDS) {
      await this.advance(STEP_MILLISECONDS);
    }
  }
}
