import { z } from 'zod';
import { createDefinitionsWorkshop } from '../adapters/clamav/definitions-self-test.ts';
import { type FreshclamOptions, freshclam } from '../adapters/definitions/freshclam.ts';
import { createDefinitionsMetrics, type DefinitionsMetrics } from '../adapters/definitions/metrics.ts';
import { createDefinitionsPublication } from '../adapters/definitions/publication.ts';
import type { Environment } from '../adapters/process/environment.ts';
import type { PublishedDefinitions } from '../domain/definitions/published-definitions.ts';
import { type UpdatePorts, updateDefinitions as update } from '../domain/definitions/update.ts';
import { logger, onColdStart, task } from './task.ts';

/** Leaves five minutes of Lambda's 900 s for the self-test and the publication. */
const FRESHCLAM_MILLISECONDS = 600_000;

const UpdateDefinitionsInput = z.strictObject({});

/**
 * Publishes new definitions.
 *
 * @throws the error that prevented it; the published definitions stay in use
 */
export const updateDefinitions = (ports: UpdatePorts, metrics: DefinitionsMetrics) =>
  task(UpdateDefinitionsInput, async () => {
    let inForce: PublishedDefinitions | undefined;
    try {
      const current = await ports.publication.read();
      inForce = current.set;
      const { outcome, set } = await update(ports, current);
      metrics.updated(true, set, ports.clock());
      logger.info('Definitions', { outcome, version: set.version, prefix: set.prefix });
      return { outcome, version: set.version };
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
  const mirror = freshclam(freshclamOptions(env));
  return updateDefinitions(
    { publication, mirror, workshop: createDefinitionsWorkshop(env), clock },
    createDefinitionsMetrics(env),
  );
};

export const handler = onColdStart(create);
