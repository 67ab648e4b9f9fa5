import type { S3Client } from '@aws-sdk/client-s3';
import { resultLines } from '../../../functions/adapters/report/result-lines.ts';
import { type HuntNamed, huntNamesIn } from '../../../functions/domain/hunt/named.ts';

/**
 * What the results of a hunt say by name, batch by batch.
 * @param onMore told of those for which a batch had no room
 * @throws what the SDK throws
 */
export async function* huntNames(
  s3: S3Client,
  { resultsBucket, runName }: { readonly resultsBucket: string; readonly runName: string },
  onMore: (objects: number) => void,
): AsyncGenerator<HuntNamed> {
  const run = { bucket: resultsBucket, folder: `hunts/${runName}/` };
  for await (const { status, line } of resultLines(s3, run)) {
    const { objects, more } = huntNamesIn(status, line);
    if (more > 0) onMore(more);
    yield* objects;
  }
}
