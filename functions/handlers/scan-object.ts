import { createScanWorker } from './scan-worker.ts';
import { onInit } from './scanner.ts';

/** Scans an object's content, from the queue of `Scan Object` or, for EXPRESS, in a direct call. */
export const create = createScanWorker;

export const handler = await onInit(create);
