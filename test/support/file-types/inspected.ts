import { inspectContent } from '../../../functions/adapters/content/content-inspector.ts';
import type { Content } from '../../../functions/domain/file-type/content.ts';
import { NO_HEADERS } from '../../../functions/domain/ports.ts';
import { memoryStore, type SparseContent } from '../memory-store.ts';

/** What the inspector reads of these bytes, stored under this Content-Type. */
export async function inspected(
  bytes: Uint8Array | SparseContent,
  contentType: string | null = null,
): Promise<Content & { requests: number }> {
  const { store, reads, reference } = memoryStore(bytes);
  const content = await inspectContent(
    {
      readRange: (object, start, end, onHeaders) => {
        onHeaders?.({ ...NO_HEADERS, contentType });
        return store.readRange(object, start, end);
      },
    },
    reference('key'),
  );
  return { ...content, requests: reads.length };
}
