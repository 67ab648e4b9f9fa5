import { createScanWorker } from './scan-worker.ts';
import { onInit } from './scanner.ts';

/** Scans the content of an object that overflowed under EXPRESS, from the queue of `Scan Object`. */
export const create = createScanWorker;

export const handler = await onInit(create);
