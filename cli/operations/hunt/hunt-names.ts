import type { S3Client } from '@aws-sdk/client-s3';
import { type HuntNamed, huntNamesIn } from '../../../functions/domain/hunt/named.ts';
import { resultLines } from '../result-lines.ts';

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
  const folder = `hunts/${runName}/`;
  for await (const { status, line } of resultLines(s3, resultsBucket, folder, ['SUCCEEDED', 'FAILED', 'PENDING'])) {
    const { objects, more } = huntNamesIn(status, line);
    if (more > 0) onMore(more);
    yield* objects;
  }
}
