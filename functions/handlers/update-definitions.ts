import { z } from 'zod';
import { createDefinitionsWorkshop } from '../adapters/clamav/definitions-self-test.ts';
import { folderMirror } from '../adapters/definitions/folder-mirror.ts';
import { type FreshclamOptions, freshclam } from '../adapters/definitions/freshclam.ts';
import { createDefinitionsMetrics, type DefinitionsMetrics } from '../adapters/definitions/metrics.ts';
import { createDefinitionsPublication } from '../adapters/definitions/publication.ts';
import type { Environment } from '../adapters/process/environment.ts';
import type { PublishedDefinitions } from '../domain/definitions/published-definitions.ts';
import { tryOutProposed, type UpdatePorts, updateDefinitions as update } from '../domain/definitions/update.ts';
import { logger, onColdStart, task } from './task.ts';

/** Leaves five minutes of Lambda's 900 s for the self-test and the publication. */
const FRESHCLAM_MILLISECONDS = 600_000;

const name = z.string().min(1);
/** With the name of a file, or of several, they are only tried out. */
const UpdateDefinitionsInput = z.strictObject({ proposed: z.union([name, z.array(name).min(1)]).optional() });

/**
 * Publishes new definitions, or tries out a file that an operator wants to add.
 *
 * @throws the error that prevented it; the published definitions stay in use
 */
export const updateDefinitions = (ports: UpdatePorts, metrics: DefinitionsMetrics) =>
  task(UpdateDefinitionsInput, async ({ proposed }) => {
    if (proposed !== undefined) {
      return {
        outcome: 'ACCEPTED',
        ...(await tryOutProposed(ports, await ports.publication.read(), [proposed].flat())),
      };
    }
    let inForce: PublishedDefinitions | undefined;
    try {
      const current = await ports.publication.read();
      inForce = current.set;
      const { outcome, set, faults } = await update(ports, current);
      const { version, prefix, hold } = set;
      metrics.updated(true, set, ports.clock());
      logger.info('Definitions', { outcome, version, prefix });
      for (const fault of faults) logger.warn('The list of exemptions is not used as a whole', { fault });
      return { outcome, version, ...(faults.length > 0 && { faults }), ...(outcome === 'HELD' && hold) };
    } catch (fault) {
      metrics.updated(false, inForce, ports.clock());
      throw fault;
    }
  });

/**
 * `DEFINITIONS_MIRROR`, `none` for no official sets; `DEFINITIONS_CUSTOM_URLS` and `DEFINITIONS_ALLOW_LISTS`, separated
 * by spaces; `DEFINITIONS_ALLOW_INSECURE_MIRROR`, `true` or nothing.
 */
export const freshclamOptions = (env: Environment): FreshclamOptions => ({
  mirror: env.DEFINITIONS_MIRROR === 'none' ? null : env.DEFINITIONS_MIRROR || undefined,
  customUrls: wordsIn(env.DEFINITIONS_CUSTOM_URLS),
  allowInsecureMirror: env.DEFINITIONS_ALLOW_INSECURE_MIRROR === 'true',
  allowLists: wordsIn(env.DEFINITIONS_ALLOW_LISTS),
  milliseconds: FRESHCLAM_MILLISECONDS,
  patienceSeconds: 60,
  attempts: 3,
  searchPath: env.PATH,
});

const wordsIn = (text = '') => text.split(' ').filter((word) => word !== '');

export const create = (env: Environment) => {
  const clock = () => new Date();
  const publication = createDefinitionsPublication(env, clock);
  // On Lambda, nothing sets it.
  const folder = env.DEFINITIONS_DIRECTORY;
  const mirror = folder ? folderMirror(folder) : freshclam(freshclamOptions(env));
  return updateDefinitions(
    { publication, mirror, workshop: createDefinitionsWorkshop(env), clock },
    createDefinitionsMetrics(env),
  );
};

export const handler = onColdStart(create);
