import { InvalidConfiguration } from '../../domain/errors.ts';
import { createBucketDefinitions } from '../definitions/bucket-source.ts';
import { testSignaturesAllowed } from '../definitions/detection.ts';
import { type DefinitionsSource, directoryDefinitions } from '../definitions/source.ts';
import type { Environment } from '../process/environment.ts';

/**
 * Where the engine's definitions come from: `DEFINITIONS_DIRECTORY`, else `DEFINITIONS_BUCKET`.
 *
 * @throws InvalidConfiguration when neither is set
 */
export function createDefinitionsSource(env: Environment): DefinitionsSource {
  if (env.DEFINITIONS_DIRECTORY) {
    return directoryDefinitions(env.DEFINITIONS_DIRECTORY, testSignaturesAllowed(env));
  }
  if (env.DEFINITIONS_BUCKET) return createBucketDefinitions(env);
  throw new InvalidConfiguration('neither environment variable DEFINITIONS_DIRECTORY nor DEFINITIONS_BUCKET is set');
}
