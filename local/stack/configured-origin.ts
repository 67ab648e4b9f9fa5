import type { Environment } from '../../functions/adapters/process/environment.ts';
import { freshclamOptions } from '../../functions/handlers/update-definitions.ts';
import type { DefinitionsOrigin } from './downloaded-definitions.ts';
import { synthesis } from './synthesis.ts';

const UPDATER = '/update-definitions.ts';

interface UpdaterProperties {
  readonly Environment?: { readonly Variables?: Environment };
}

/**
 * Where the deployed stack would download definitions from.
 * @param airlock object in the schema of docs/configuration.md
 * @throws Error when the configuration is not valid, before anything is downloaded
 */
export async function configuredOrigin(airlock: object): Promise<DefinitionsOrigin> {
  const { template, handlers } = await synthesis(airlock);
  const [logicalId = ''] = Object.entries(handlers).find(([, file]) => file.endsWith(UPDATER)) ?? [];
  const { Environment } = (template.Resources[logicalId]?.Properties ?? {}) as UpdaterProperties;
  const { mirror, customUrls, allowInsecureMirror, allowLists } = freshclamOptions(Environment?.Variables ?? {});
  return { mirror, customUrls, allowInsecureMirror, allowLists };
}
