import type { RegionQuotas } from '../../../infra/limits/aws-quotas.ts';
import { randomOf } from '../random.ts';
import { ASSUMED, type Timing } from './assumptions.ts';
import { createEngineHeap } from './engine-heap.ts';
import { createFifo } from './fifo.ts';
import type { Lane } from './parameters.ts';

export interface LaneHooks {
  /** Of the object alone on a whole vCPU. */
  secondsOf(id: number): number;
  /** When Step Functions has accepted this many answers. */
  answersAccepted(count: number, time: number): number;
  scanned(id: number, time: number): void;
  /** Waited too long, or was received too often. */
  failed(id: number, time: number): void;
}

/** A queue, its event source mapping and its engines. */
export interface SimulatedLane {
  /** In the order of time. */
  send(id: number, time: number): void;
  runUntil(time: number): void;
  readonly idle: boolean;
  readonly stats: Readonly<LaneStats>;
}

export interface LaneStats {
  invocations: number;
  coldStarts: number;
  /** Scanning, without cold starts. */
  busySeconds: number;
  billedSeconds: number;
  peakEngines: number;
  peakQueue: number;
  redeliveries: number;
  lastEnd: number;
}

interface Running {
  readonly begin: number;
  readonly end: number;
  readonly ids: readonly number[];
  readonly dies: boolean;
  readonly answered: boolean;
}

/** With no backlog for so long, the mapping starts small again. Assumed. */
const CALM_SECONDS = 60;

export function createLane(
  lane: Lane,
  quotas: RegionQuotas,
  limits: { readonly uploads: number; readonly waitSeconds: number; readonly deaths: number; readonly seed: number },
  hooks: LaneHooks,
  timing: Timing,
): SimulatedLane {
  const { uploads } = limits;
  const queue = createFifo(uploads);
  const returning = createFifo(uploads);
  const sentAt = new Float64Array(uploads);
  const receives = new Uint8Array(uploads);
  const busy = createEngineHeap<Running>();
  /** When each idle engine became free; the last one is taken first. */
  const warm: number[] = [];
  const stats: LaneStats = {
    invocations: 0,
    coldStarts: 0,
    busySeconds: 0,
    billedSeconds: 0,
    peakEngines: 0,
    peakQueue: 0,
    redeliveries: 0,
    lastEnd: 0,
  };
  const max = Math.min(lane.maxConcurrency, quotas.mappingConcurrency);
  let pollers = Math.min(max, quotas.mappingStart);
  let lastDecision = 0;
  let lastBacklog = 0;

  const finish = () => {
    const running = busy.pop();
    if (running.dies) {
      for (const id of running.ids) giveBack(id, running);
      return;
    }
    const accepted = running.answered ? running.end : hooks.answersAccepted(running.ids.length, running.end);
    if (accepted > running.end) {
      busy.push({ ...running, end: accepted, answered: true });
      return;
    }
    warm.push(running.end);
    for (const id of running.ids) hooks.scanned(id, running.end);
  };

  const giveBack = (id: number, { begin, end }: Running) => {
    if ((receives[id] as number) >= lane.maxReceives) {
      hooks.failed(id, end);
      return;
    }
    stats.redeliveries += 1;
    returning.add(id, begin + lane.visibilitySeconds);
  };

  const takeBatch = (now: number): number[] => {
    const ids: number[] = [];
    while (ids.length < lane.batchSize) {
      const from = returning.time < queue.time ? returning : queue;
      if (from.time > now) break;
      const id = from.take();
      receives[id] = (receives[id] as number) + 1;
      if (now - (sentAt[id] as number) > limits.waitSeconds) hooks.failed(id, now);
      else ids.push(id);
    }
    return ids;
  };

  const invoke = (now: number, ids: readonly number[]) => {
    while (warm.length > 0 && now - (warm[0] as number) > ASSUMED.keptWarmSeconds) warm.shift();
    const isCold = warm.pop() === undefined;
    const cold = isCold ? timing.coldStartSeconds : 0;
    const seconds = timing.invocationSeconds(ids.map(hooks.secondsOf), lane.memoryMb);
    const dies = cold + seconds > lane.timeoutSeconds || randomOf(limits.seed + 1, stats.invocations) < limits.deaths;
    const took = dies ? Math.min(lane.timeoutSeconds, cold + seconds / 2) : cold + seconds;
    const begin = now + timing.handoverSeconds;
    stats.invocations += 1;
    stats.coldStarts += isCold ? 1 : 0;
    stats.busySeconds += took - cold;
    stats.billedSeconds += took;
    stats.lastEnd = Math.max(stats.lastEnd, begin + took);
    busy.push({ begin, end: begin + took, ids, dies, answered: false });
    stats.peakEngines = Math.max(stats.peakEngines, busy.size);
  };

  /** Engines that the mapping may use now. */
  const allowed = (now: number, backlog: boolean): number => {
    if (backlog) {
      pollers = Math.min(max, pollers + Math.max(0, now - lastDecision) * quotas.mappingGrowth);
      lastBacklog = now;
    } else if (now - lastBacklog > CALM_SECONDS) pollers = Math.min(max, quotas.mappingStart);
    lastDecision = Math.max(lastDecision, now);
    return Math.floor(pollers);
  };

  return {
    stats,
    get idle() {
      return busy.size === 0 && queue.size === 0 && returning.size === 0;
    },
    send(id, time) {
      sentAt[id] = time;
      queue.add(id, time);
      stats.peakQueue = Math.max(stats.peakQueue, queue.size);
    },
    runUntil(until) {
      let now = 0;
      for (;;) {
        now = Math.max(now, lastDecision, Math.min(queue.time, returning.time));
        if (now > until) break;
        while (busy.earliest <= now) finish();
        const backlog = busy.size >= Math.floor(pollers);
        if (busy.size < allowed(now, backlog)) {
          const ids = takeBatch(now);
          if (ids.length > 0) invoke(now, ids);
          continue;
        }
        // All engines that the mapping may use are busy: until one is free, or the mapping may use one more.
        const more = pollers < max ? now + (Math.floor(pollers) + 1 - pollers) / quotas.mappingGrowth : until;
        const next = Math.min(busy.earliest, Math.max(more, now + 1e-6));
        if (next > until) break;
        allowed(next, true);
      }
      while (busy.earliest <= until) finish();
    },
  };
}
