import { createObjectRemover } from '../adapters/aws/object-remover.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { ObjectGone, ObjectReplaced } from '../domain/errors.ts';
import { toObjectReference } from '../domain/object-reference.ts';
import { DeleteObjectInput, type Outcome } from '../domain/payloads.ts';
import type { ObjectRemover } from '../domain/ports.ts';
import { onColdStart, task } from './task.ts';

/** Deletes exactly the content of the verdict; content that is already gone counts as deleted. */
export const deleteObject = (remover: ObjectRemover) =>
  task(DeleteObjectInput, async ({ bucket, object, outcome, action }): Promise<Outcome> => {
    try {
      await remover.remove(toObjectReference(bucket, object));
    } catch (fault) {
      // Overwritten by its owner: not our deletion, but a copy is in quarantine.
      if (fault instanceof ObjectReplaced) return action === 'quarantine' ? { ...outcome, action } : outcome;
      if (!(fault instanceof ObjectGone)) throw fault;
    }

    return { ...outcome, action };
  });

export const create = (env: Environment) => deleteObject(createObjectRemover(env));

export const handler = onColdStart(create);
