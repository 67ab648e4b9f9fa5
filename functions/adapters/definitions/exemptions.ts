import {
  EXEMPTIONS_KEY,
  type ExemptionList,
  exemptContents,
  readExemptions,
} from '../../domain/definitions/exemptions.ts';
import { ObjectGone } from '../../domain/errors.ts';
import type { Exemptions, ObjectStore } from '../../domain/ports.ts';
import { createObjectStore } from '../aws/object-store.ts';
import type { Environment } from '../process/environment.ts';
import { sha256Of } from './published.ts';

/** Tens of thousands of exemptions; anything larger is not ours. */
const MAX_BYTES = 10_000_000;

/** The operators' list in the definitions bucket that `DEFINITIONS_BUCKET` names; without one, nothing is exempt. */
export function createExemptions(env: Environment, onFault: (fault: string) => void): Exemptions | undefined {
  const { DEFINITIONS_BUCKET: bucket } = env;
  return bucket ? bucketExemptions(createObjectStore(env), bucket, onFault) : undefined;
}

/**
 * Looks the list up for each finding, which are rare: so an exemption holds from the next scan on, and none is used
 * that was removed. What cannot be read exempts nothing.
 */
export function bucketExemptions(
  store: Pick<ObjectStore, 'head' | 'readRange'>,
  bucket: string,
  onFault: (fault: string) => void,
): Exemptions {
  return {
    async of(path) {
      try {
        const list = await readExemptionList(store, bucket);
        for (const fault of list.faults) onFault(fault);
        const contents = exemptContents(list);
        if (contents.length === 0) return null;
        const sha256 = await sha256Of(path);
        return contents.some((exemption) => exemption.sha256 === sha256) ? sha256 : null;
      } catch (fault) {
        onFault(String(fault));
        return null;
      }
    },
  };
}

/** @throws what reading from the store throws */
export async function readExemptionList(
  store: Pick<ObjectStore, 'head' | 'readRange'>,
  bucket: string,
): Promise<ExemptionList> {
  try {
    const object = await store.head({ bucket, key: EXEMPTIONS_KEY });
    if (object.size === 0 || object.size > MAX_BYTES) {
      return { exemptions: [], faults: [`${EXEMPTIONS_KEY} is ${object.size} bytes long`] };
    }
    return readExemptions(Buffer.from(await store.readRange(object, 0, object.size - 1)).toString());
  } catch (fault) {
    if (fault instanceof ObjectGone) return { exemptions: [], faults: [] };
    throw fault;
  }
}
