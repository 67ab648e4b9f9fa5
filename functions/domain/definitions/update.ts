import { ObjectReplaced } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type {
  CurrentDefinitions,
  DefinitionsFolder,
  DefinitionsMirror,
  DefinitionsPublication,
  DefinitionsWorkshop,
} from './ports.ts';
import { newPrefix, type PublishedDefinitions, sameContent } from './published-definitions.ts';

export interface UpdatePorts {
  readonly publication: DefinitionsPublication;
  readonly mirror: DefinitionsMirror;
  readonly workshop: DefinitionsWorkshop;
  readonly clock: Clock;
}

export interface UpdateResult {
  /** SUPERSEDED: another update published while this one ran; its definitions stay. */
  readonly outcome: 'PUBLISHED' | 'UP_TO_DATE' | 'SUPERSEDED';
  readonly set: PublishedDefinitions;
}

/**
 * Updates the published definitions. If anything fails, they stay in use: only the last write, of `current.json`,
 * replaces them.
 */
export async function updateDefinitions(ports: UpdatePorts, current: CurrentDefinitions): Promise<UpdateResult> {
  const { publication, mirror, workshop, clock } = ports;
  return workshop.withFolder(async (folder) => {
    const intact = await publication.seed(folder, current.set, mirror.wants);
    try {
      await mirror.update(folder);
    } catch (fault) {
      await publication.saveState(folder).catch(() => undefined);
      throw fault;
    }
    await publication.saveState(folder);
    await publication.addOwn(folder);
    const found = await workshop.describe(folder);
    const { set } = current;
    if (intact && set !== undefined && sameContent(found.files, set.files)) {
      return putInForce(ports, { ...set, checkedAt: clock().toISOString() }, current, 'UP_TO_DATE');
    }

    await workshop.tryOut(folder);
    const next = published(found, clock());
    await publication.upload(folder, next);
    const result = await putInForce(ports, next, current, 'PUBLISHED');
    // Keeps the previous set: a scanner may be downloading it, and an operator may want to go back to it.
    await publication.prune(set === undefined ? [result.set] : [result.set, set]);
    return result;
  });
}

function published(found: DefinitionsFolder, now: Date): PublishedDefinitions {
  const time = now.toISOString();
  return {
    version: found.version,
    prefix: newPrefix(now, found.version),
    files: [...found.files],
    publishedAt: time,
    checkedAt: time,
    signaturesTime: found.signaturesTime,
  };
}

/** Of two concurrent updates, the first to publish wins; an update that found nothing new does not count. */
async function putInForce(
  { publication }: UpdatePorts,
  set: PublishedDefinitions,
  read: CurrentDefinitions,
  outcome: 'PUBLISHED' | 'UP_TO_DATE',
): Promise<UpdateResult> {
  try {
    await publication.swap(set, read);
    return { outcome, set };
  } catch (fault) {
    if (!(fault instanceof ObjectReplaced)) throw fault;
    const now = await publication.read();
    if (now.set === undefined) throw fault;
    if (outcome === 'UP_TO_DATE' || now.set.prefix !== read.set?.prefix) return { outcome: 'SUPERSEDED', set: now.set };
    await publication.swap(set, now);
    return { outcome, set };
  }
}
