import type { TagObjectInput } from '../../functions/domain/payloads.ts';
import type { Invocation } from '../../local/stack/options.ts';
import { RETRIES } from './check-verdict.ts';
import { type Content, nameOf } from './ledger.ts';

/** The whole input of an execution, which its first Task gets. */
interface Upload {
  readonly detail: { readonly bucket: { readonly name: string }; readonly object: TagObjectInput['object'] };
}

/** Counts the invocations of each task for each verdict. */
export class Tries {
  readonly #tries = new Map<string, { readonly content: Content; count: number }>();

  add({ task, payload }: Invocation): void {
    const given = payload as Partial<TagObjectInput> & { readonly upload?: Upload };
    const { verdict, bucket = given.upload?.detail.bucket.name, object = given.upload?.detail.object } = given;
    if (bucket === undefined || object === undefined) return;
    const content = contentIn(bucket, object);
    const name = nameOfTries(task, content, verdict?.scanTime);
    const tries = this.#tries.get(name) ?? { content, count: 0 };
    tries.count += 1;
    this.#tries.set(name, tries);
  }

  /** @param scanTime of the verdict; undefined for tasks that do not get the verdict */
  of(task: string, content: Content, scanTime?: string): number {
    return this.#tries.get(nameOfTries(task, content, scanTime))?.count ?? 0;
  }

  /** Content for which all tries were used up. */
  spent(task: string): readonly Content[] {
    const spent = [...this.#tries].filter(([name, { count }]) => name.startsWith(`["${task}"`) && count > RETRIES);
    return spent.map(([, { content }]) => content);
  }
}

export function contentIn(bucket: string, object: TagObjectInput['object']): Content {
  return { bucket, key: object.key, versionId: object['version-id'], etag: object.etag };
}

function nameOfTries(task: string, { bucket, key, versionId, etag }: Content, scanTime?: string): string {
  return nameOf(task, bucket, key, versionId, etag, scanTime);
}
