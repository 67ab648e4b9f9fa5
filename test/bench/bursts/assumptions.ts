/** What neither the template nor a page of AWS says. Each is measured here, or marked as assumed. */
export const ASSUMED = {
  /** Of each scan, the part that waits for the network: three calls (GetObject twice, SendTaskSuccess) of 25 to 30 ms. Assumed. */
  networkSeconds: 0.0825,
  /** 10.6 s until clamd answers, 0.3 s for Node; measured with 3.6 million signatures. */
  coldStartSeconds: 10.9,
  /** Of a function without an engine: 0.3 s for Node, measured, and Lambda's own part. Assumed. */
  taskColdStartSeconds: 0.5,
  /** Lambda keeps an idle environment this long. Assumed: AWS does not say. */
  keptWarmSeconds: 300,
  /** From the end of an invocation to the next one of the same engine. Assumed: AWS does not say. */
  handoverSeconds: 0.01,
  /** Memory that comes with one vCPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
  mbPerVcpu: 1769,
  /** Of the vCPUs, what several scans at once get out of them: 17 ms of CPU an object took 20.4 ms; measured, 2 cores, 4 at once. */
  parallelEfficiency: 0.83,
  /** Check File Type, Tag Object or Notify, each: two or three calls and little CPU. Estimated from their billed time. */
  taskSeconds: 0.09,
  /** SendMessage to receivable. Assumed. */
  sendSeconds: 0.02,
  /** EventBridge backs off and ends after 185 tries in 24 hours, so its waits grow to about this. Assumed: AWS gives no delays. */
  deliveryRetry: { firstSeconds: 1, maxSeconds: 470 },
  /** An object of up to 1 MiB: reads of content (two) and tags, writes of tags; counted in the emulator. */
  s3: { reads: 3, writes: 1 },
  /** The execution log at level ALL with data: 28 events; measured. */
  log: { bytesAnEvent: 930, events: 28 },
  /** The functions' own logs, an upload; measured. */
  functionLogBytes: 2300,
} as const;

export const vcpusOf = (memoryMb: number) => memoryMb / ASSUMED.mbPerVcpu;

/**
 * How long an engine takes for the objects of one invocation: they wait for the network together and share the vCPUs;
 * one scan never uses more than one.
 * @param seconds of each object alone on a whole vCPU, its waits included
 */
export function engineSeconds(seconds: readonly number[], memoryMb: number): number {
  const { networkSeconds, parallelEfficiency } = ASSUMED;
  let longest = 0;
  let sum = 0;
  for (const each of seconds) {
    const cpu = Math.max(0, each - networkSeconds);
    longest = Math.max(longest, cpu);
    sum += cpu;
  }
  const network = Math.min(networkSeconds, Math.max(...seconds));
  if (seconds.length === 1) return network + sum / Math.min(1, vcpusOf(memoryMb));
  const vcpus = Math.min(vcpusOf(memoryMb) * parallelEfficiency, seconds.length);
  return network + Math.max(longest / Math.min(1, vcpus), sum / vcpus);
}

/** What an invocation takes; a measured run has its own. */
export interface Timing {
  readonly coldStartSeconds: number;
  readonly handoverSeconds: number;
  /** @param seconds of each object of the invocation, alone */
  invocationSeconds(seconds: readonly number[], memoryMb: number): number;
}

export const LAMBDA_TIMING: Timing = {
  coldStartSeconds: ASSUMED.coldStartSeconds,
  handoverSeconds: ASSUMED.handoverSeconds,
  invocationSeconds: engineSeconds,
};
