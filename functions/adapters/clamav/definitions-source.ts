import { DefinitionsUnavailable, InvalidConfiguration } from '../../domain/errors.ts';
import { createBucketDefinitions } from '../definitions/bucket-source.ts';
import { testSignaturesAllowed } from '../definitions/detection.ts';
import { type DefinitionsSource, directoryDefinitions } from '../definitions/source.ts';
import type { Environment } from '../process/environment.ts';

/**
 * Where the engine's definitions come from: `DEFINITIONS_DIRECTORY`, else `DEFINITIONS_BUCKET`; with
 * `DEFINITIONS_PUBLISHED=followed`, the folder only until something is published in the bucket.
 *
 * @throws InvalidConfiguration when neither is set
 */
export function createDefinitionsSource(env: Environment): DefinitionsSource {
  if (env.DEFINITIONS_DIRECTORY) {
    const folder = directoryDefinitions(env.DEFINITIONS_DIRECTORY, testSignaturesAllowed(env));
    return env.DEFINITIONS_PUBLISHED === 'followed' ? untilPublished(folder, createBucketDefinitions(env)) : folder;
  }
  if (env.DEFINITIONS_BUCKET) return createBucketDefinitions(env);
  throw new InvalidConfiguration('neither environment variable DEFINITIONS_DIRECTORY nor DEFINITIONS_BUCKET is set');
}

function untilPublished(folder: DefinitionsSource, published: DefinitionsSource): DefinitionsSource {
  return {
    ...published,
    current: () =>
      published.current().catch((fault: unknown) => {
        if (fault instanceof DefinitionsUnavailable) return folder.current();
        throw fault;
      }),
  };
}
