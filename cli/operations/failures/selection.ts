import { z } from 'zod';
import { oneLine } from '../../../functions/domain/one-line.ts';
import { didYouMean } from '../../../infra/config/error-message.ts';
import type { Failure } from './failure.ts';

/** `redrive` takes one of these in place of failures. */
const QUEUES = ['uploads', 'rescans'];
const WithId = z.object({ id: z.string().regex(/^[0-9a-f]{12}$/) });

/** Failures by id, or by their object as s3://BUCKET/KEY. */
export class Selection {
  readonly #ids = new Set<string>();
  readonly #objects = new Set<string>();
  readonly #found = new Set<string>();

  /** @param text an id, an s3 URI, or a line of `airlock failures --json`. @throws Error */
  add(text: string): void {
    const { success, data } = WithId.safeParse(text.startsWith('{') ? parsed(text) : { id: text.split('\t')[0] });
    if (success) this.#ids.add(data.id);
    else if (/^s3:\/\/[^/]+\/./s.test(text)) this.#objects.add(text);
    else
      throw new Error(
        `${oneLine(JSON.stringify(text))} is neither an id of \`airlock failures\` nor s3://BUCKET/KEY${didYouMean(text, QUEUES)}`,
      );
  }

  get size(): number {
    return this.#ids.size + this.#objects.size;
  }

  has({ id, bucket, key }: Failure): boolean {
    const object = `s3://${bucket}/${key}`;
    const [byId, byObject] = [this.#ids.has(id), this.#objects.has(object)];
    if (byId) this.#found.add(id);
    if (byObject) this.#found.add(object);
    return byId || byObject;
  }

  /** Those that no failure had. */
  missing(): string[] {
    return [...this.#ids, ...this.#objects].filter((asked) => !this.#found.has(asked));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
