import { createObjectStore } from '../adapters/aws/object-store.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { type EventObject, toEventObject } from '../domain/object-reference.ts';
import { FindCurrentObjectInput } from '../domain/payloads.ts';
import type { ObjectStore } from '../domain/ports.ts';
import { onColdStart, task } from './task.ts';

/** Returns what the key holds now, in the format of an upload event, so that the execution can start again with it. */
export const findCurrentObject = (store: ObjectStore) =>
  task(FindCurrentObjectInput, async ({ bucket, key }): Promise<EventObject> => {
    const current = await store.head({ bucket, key });
    return toEventObject(current);
  });

export const create = (env: Environment) => findCurrentObject(createObjectStore(env));

export const handler = onColdStart(create);
