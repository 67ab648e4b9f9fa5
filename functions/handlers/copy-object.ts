import { createCleanCopies } from '../adapters/aws/clean-copies.ts';
import { sha256 } from '../adapters/process/digest.ts';
import { type Environment, requiredDialect } from '../adapters/process/environment.ts';
import { type CopyPorts, copyNewest, findCopy } from '../domain/copies/copy-newest.ts';
import { toObjectReference } from '../domain/object-reference.ts';
import { CopyObjectInput, type Outcome } from '../domain/payloads.ts';
import { onColdStart, task } from './task.ts';

/**
 * Copies an object that is CLEAN to where the policy wants it; of any other it finds the copy that was made before.
 * @throws ObjectReplaced when the key holds other content than was judged; CopyRefused when S3 has no room for its new key
 */
export const copyObject = (ports: CopyPorts) =>
  task(CopyObjectInput, async ({ bucket, object, verdict, copyTo, outcome }): Promise<Outcome> => {
    const content = toObjectReference(bucket, object);
    const copiedTo =
      verdict.status === 'CLEAN'
        ? await copyNewest(ports, content, verdict, copyTo)
        : await findCopy(ports, content, copyTo);
    return { ...outcome, copiedTo };
  });

export const create = (env: Environment) =>
  copyObject({ ...createCleanCopies(env), dialect: requiredDialect(env), digest: sha256 });

export const handler = onColdStart(create);
