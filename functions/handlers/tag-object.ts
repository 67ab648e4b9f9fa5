import { createObjectStore } from '../adapters/aws/object-store.ts';
import { sha256 } from '../adapters/process/digest.ts';
import { type Environment, requiredDialect } from '../adapters/process/environment.ts';
import type { Dialect } from '../domain/dialects/index.ts';
import { CleanTagged, InfectedNotTagged, InfectedTagged } from '../domain/errors.ts';
import { toObjectReference } from '../domain/object-reference.ts';
import { type Outcome, TagObjectInput } from '../domain/payloads.ts';
import type { ObjectStore } from '../domain/ports.ts';
import { tagContent } from '../domain/tag-content.ts';
import { onColdStart, task } from './task.ts';

/**
 * Tags the content that was scanned with its verdict, once S3 has confirmed that it is that content.
 * @throws ObjectReplaced when S3 has other content there; when it is done, InfectedTagged or InfectedNotTagged for malware
 * that is to be moved or deleted or may have been copied, and CleanTagged for what is to be copied
 */
export const tagObject = (store: ObjectStore, dialect: Dialect) =>
  task(TagObjectInput, async ({ bucket, object, verdict, ...input }): Promise<Outcome> => {
    const { onInfected = 'tag', onClean } = wantedBy(input);
    const content = toObjectReference(bucket, object);
    const { tagged, verdict: written } = await tagContent({ store, dialect, digest: sha256 }, content, verdict);
    if (verdict.status === 'INFECTED' && (onInfected !== 'tag' || onClean !== undefined)) {
      throw new (tagged ? InfectedTagged : InfectedNotTagged)(`${object.key}: ${onInfected}`);
    }
    // Without its tag nobody may read it: it is not copied either.
    if (written.status === 'CLEAN' && tagged && onClean !== undefined) {
      throw new CleanTagged(object.key);
    }
    return {
      tagged,
      action: tagged ? 'tag' : 'none',
      ...(written !== verdict && { verdict: written }),
    };
  });

const wantedBy = ({ policy, onInfected }: Pick<TagObjectInput, 'policy' | 'onInfected'>) =>
  policy ?? { onInfected, onClean: undefined };

export const create = (env: Environment) => tagObject(createObjectStore(env), requiredDialect(env));

export const handler = onColdStart(create);
