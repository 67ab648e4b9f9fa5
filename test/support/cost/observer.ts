import { Metrics as EmbeddedMetrics } from '@aws-lambda-powertools/metrics';
import { accessKeyIdOf } from '../../../emulator/iam/principals.ts';
import { METRICS_CHANNEL, type Recorded } from '../../../functions/adapters/aws/metrics.ts';
import type { FunctionName } from '../../../functions/domain/cost/measurement.ts';
import { METRIC_UNITS, type MetricName } from '../../../functions/domain/metrics.ts';
import { OPERATOR, UPLOADER } from '../../../local/stack/pipeline.ts';
import type { Airlock } from '../airlock.ts';

export interface Observed {
  readonly s3: Record<string, number>;
  logBytes: number;
  processorMs: number;
}

/** One of them is in each payload; other functions have neither. */
const OF_AN_UPLOAD = ['object', 'upload'];
const PEOPLE = new Set([OPERATOR, UPLOADER].map(accessKeyIdOf));
/** Three functions of scanners are one here: their handlers are the same. */
const nameOf = (task: string) => task.replace(/^scan-(large|waiting)-object$/, 'scan-object') as FunctionName;

/**
 * What each function does during one upload after the other. What happens belongs to the function that was invoked last,
 * so nothing else may run.
 */
export class Observer {
  #calls = new Map<FunctionName, Observed>();
  #current: Observed | undefined;
  #metrics = new Map<string, EmbeddedMetrics>();
  #fail: (task: string) => void = () => undefined;
  #cpuMs: () => number;
  #since = 0;
  #last: FunctionName | undefined;
  readonly #written = process.stdout.write;
  readonly #complained = process.stderr.write;

  /** @param cpuMs of all processes that work for the functions, up to now */
  constructor(airlock: Airlock, cpuMs: () => number = () => 0) {
    this.#cpuMs = cpuMs;
    airlock.beforeInvocation(({ task, payload }) => {
      if (!OF_AN_UPLOAD.some((key) => key in (payload as object)) && task !== 'start-overflow') return;
      try {
        this.#fail(task);
      } catch (fault) {
        // What Lambda throttles does not run.
        if ((fault as Error).name !== 'Lambda.TooManyRequestsException') this.#enter(nameOf(task));
        throw fault;
      }
      this.#enter(nameOf(task));
    });
    airlock.beforeRequest(({ operation, accessKeyId = '' }) => {
      if (this.#current === undefined || PEOPLE.has(accessKeyId)) return;
      this.#current.s3[operation] = (this.#current.s3[operation] ?? 0) + 1;
    });
    METRICS_CHANNEL.subscribe(this.#onMetrics);
    process.stdout.write = this.#listen(this.#written, process.stdout);
    process.stderr.write = this.#listen(this.#complained, process.stderr);
  }

  /**
   * @param fail throws for a function that is not to run
   * @param last nothing counts that is invoked after this one
   */
  begin(fail: (task: string) => void = () => undefined, last?: FunctionName): void {
    this.#end();
    this.#last = last;
    this.#calls = new Map();
    this.#current = undefined;
    this.#fail = fail;
  }

  end(): ReadonlyMap<FunctionName, Observed> {
    this.#end();
    this.#current = undefined;
    return this.#calls;
  }

  stop(): void {
    METRICS_CHANNEL.unsubscribe(this.#onMetrics);
    process.stdout.write = this.#written;
    process.stderr.write = this.#complained;
  }

  #enter(name: FunctionName): void {
    this.#end();
    if (this.#last !== undefined && this.#calls.has(this.#last)) {
      this.#current = undefined;
      return;
    }
    this.#current = this.#calls.get(name) ?? { s3: {}, logBytes: 0, processorMs: 0 };
    this.#calls.set(name, this.#current);
  }

  #end(): void {
    const now = this.#cpuMs();
    if (this.#current !== undefined) {
      this.#current.processorMs += now - this.#since;
      // One line for each set of dimensions, as a function on Lambda flushes them.
      for (const metrics of this.#metrics.values()) {
        this.#current.logBytes += Buffer.byteLength(JSON.stringify(metrics.serializeMetrics())) + 1;
      }
    }
    this.#metrics.clear();
    this.#since = now;
  }

  #onMetrics = (message: unknown): void => {
    const { namespace, dimensions, values } = message as Recorded;
    const key = JSON.stringify(dimensions);
    const { service = '', ...others } = dimensions;
    const metrics =
      this.#metrics.get(key) ?? new EmbeddedMetrics({ namespace, serviceName: service, defaultDimensions: others });
    this.#metrics.set(key, metrics);
    for (const [name, value] of Object.entries(values)) {
      metrics.addMetric(name, METRIC_UNITS[name as MetricName], value);
    }
  };

  /** The logger's lines count; they are not printed. */
  #listen(write: typeof process.stdout.write, stream: NodeJS.WriteStream): typeof process.stdout.write {
    return ((chunk: string | Uint8Array, ...rest: never[]) => {
      const text = String(chunk);
      if (!text.startsWith('{"level"')) return write.call(stream, chunk, ...rest);
      if (this.#current !== undefined) this.#current.logBytes += Buffer.byteLength(text);
      return true;
    }) as typeof process.stdout.write;
  }
}
