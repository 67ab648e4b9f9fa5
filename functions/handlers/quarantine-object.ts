import { hash } from 'node:crypto';
import { createQuarantine } from '../adapters/aws/quarantine.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { ObjectGone, ObjectReplaced } from '../domain/errors.ts';
import { toObjectReference } from '../domain/object-reference.ts';
import { QuarantineObjectInput, type QuarantineObjectOutput } from '../domain/payloads.ts';
import type { Quarantine } from '../domain/ports.ts';
import { quarantineKey, quarantineMetadata } from '../domain/quarantine.ts';
import { onColdStart, task } from './task.ts';

/** Copies the content of the verdict to the quarantine. */
export const quarantineObject = (quarantine: Quarantine) =>
  task(QuarantineObjectInput, async ({ bucket, object, verdict }): Promise<QuarantineObjectOutput> => {
    const original = toObjectReference(bucket, object);
    const key = quarantineKey(original, (text) => hash('sha256', text));

    try {
      await quarantine.copy(original, key, quarantineMetadata(original, verdict));
    } catch (fault) {
      if (!(fault instanceof ObjectGone || fault instanceof ObjectReplaced)) throw fault;
      // An earlier attempt whose answer was lost may have copied it.
      return { copied: await quarantine.holds(key) };
    }

    return { copied: true };
  });

export const create = (env: Environment) => quarantineObject(createQuarantine(env));

export const handler = onColdStart(create);
