import { createScanWorker } from './scan-worker.ts';
import { onInit } from './scanner.ts';

/** Scans a large object's content, from the queue of `Scan Large Object`. */
export const create = createScanWorker;

export const handler = await onInit(create);
