import { DefinitionsUnavailable, DefinitionsUpdateFailed, ObjectReplaced } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type {
  CurrentDefinitions,
  DefinitionsFolder,
  DefinitionsMirror,
  DefinitionsPublication,
  DefinitionsWorkshop,
} from './ports.ts';
import { isHeld, newPrefix, type PublishedDefinitions, sameContent } from './published-definitions.ts';

export interface UpdatePorts {
  readonly publication: DefinitionsPublication;
  readonly mirror: DefinitionsMirror;
  readonly workshop: DefinitionsWorkshop;
  readonly clock: Clock;
}

export interface UpdateResult {
  /**
   * SUPERSEDED: another update published while this one ran; its definitions stay. HELD: an operator keeps an earlier
   * set in use.
   */
  readonly outcome: 'PUBLISHED' | 'UP_TO_DATE' | 'SUPERSEDED' | 'HELD';
  readonly set: PublishedDefinitions;
  /** What is wrong with the operators' list of exemptions; empty when all of it is used. */
  readonly faults: readonly string[];
}

/**
 * Updates the published definitions. If anything fails, they stay in use: only the last write, of `current.json`,
 * replaces them.
 */
export async function updateDefinitions(ports: UpdatePorts, current: CurrentDefinitions): Promise<UpdateResult> {
  const { publication, mirror, workshop, clock } = ports;
  const { set } = current;
  if (set !== undefined && isHeld(set, clock())) return { outcome: 'HELD', set, faults: [] };
  return workshop.withFolder(async (folder) => {
    const intact = await publication.seed(folder, set, mirror.wants);
    try {
      await mirror.update(folder);
    } catch (fault) {
      await publication.saveState(folder).catch(() => undefined);
      throw fault;
    }
    await publication.saveState(folder);
    await publication.addOwn(folder);
    const isNews = (found: DefinitionsFolder) => !intact || set === undefined || !sameContent(found.files, set.files);
    const { found, names, faults } = await checked(ports, folder, isNews);
    if (set !== undefined && !isNews(found)) {
      const { hold: ended, ...kept } = set;
      const result = await putInForce(ports, { ...kept, checkedAt: clock().toISOString() }, current, 'UP_TO_DATE');
      return { ...result, faults };
    }

    const next = published(found, names, clock());
    await publication.upload(folder, next);
    const result = await putInForce(ports, next, current, 'PUBLISHED');
    // Keeps the previous set: a scanner may be downloading it, and an operator may want to go back to it.
    await publication.prune(set === undefined ? [result.set] : [result.set, set]);
    return { ...result, faults };
  });
}

/**
 * Tries out the published set together with more files, and publishes nothing.
 * @throws what trying it out throws when the files may not be added
 */
export async function tryOutProposed(
  { publication, workshop }: Pick<UpdatePorts, 'publication' | 'workshop'>,
  { set }: CurrentDefinitions,
  names: readonly string[],
): Promise<{ readonly version: string }> {
  return workshop.withFolder(async (folder) => {
    await publication.seed(folder, set, () => true);
    for (const name of names) await publication.addProposed(folder, name);
    const { version } = await workshop.describe(folder);
    await workshop.tryOut(folder);
    return { version };
  });
}

interface Checked {
  readonly found: DefinitionsFolder;
  /** The signatures that are ignored. */
  readonly names: readonly string[];
  readonly faults: readonly string[];
}

/**
 * Adds the signatures to ignore, and tries the set out if it is new. Where it only fails because of them, it goes
 * without: a list must not keep new signatures from the scanners.
 */
async function checked(
  { publication, workshop }: UpdatePorts,
  folder: string,
  isNews: (found: DefinitionsFolder) => boolean,
): Promise<Checked> {
  async function tried(): Promise<DefinitionsFolder> {
    const found = await workshop.describe(folder);
    if (isNews(found)) await workshop.tryOut(folder);
    return found;
  }
  const { names, faults } = await publication.addIgnored(folder);
  try {
    return { found: await tried(), names, faults };
  } catch (fault) {
    const isOfSet = fault instanceof DefinitionsUpdateFailed || fault instanceof DefinitionsUnavailable;
    if (names.length === 0 || !isOfSet) throw fault;
    await publication.removeIgnored(folder);
    const found = await tried();
    return { found, names: [], faults: [...faults, `no signature is ignored: with the list, ${fault.message}`] };
  }
}

function published(found: DefinitionsFolder, ignored: readonly string[], now: Date): PublishedDefinitions {
  const time = now.toISOString();
  return {
    version: found.version,
    prefix: newPrefix(now, found.version),
    files: [...found.files],
    publishedAt: time,
    checkedAt: time,
    signaturesTime: found.signaturesTime,
    ...(ignored.length > 0 && { ignored: [...ignored] }),
  };
}

/** Of two concurrent updates, the first to publish wins; an update that found nothing new does not count. */
async function putInForce(
  { publication, clock }: UpdatePorts,
  set: PublishedDefinitions,
  read: CurrentDefinitions,
  outcome: 'PUBLISHED' | 'UP_TO_DATE',
): Promise<Omit<UpdateResult, 'faults'>> {
  try {
    await publication.swap(set, read);
    return { outcome, set };
  } catch (fault) {
    if (!(fault instanceof ObjectReplaced)) throw fault;
    const now = await publication.read();
    if (now.set === undefined) throw fault;
    // An operator went back meanwhile.
    if (isHeld(now.set, clock())) return { outcome: 'HELD', set: now.set };
    if (outcome === 'UP_TO_DATE' || now.set.prefix !== read.set?.prefix) return { outcome: 'SUPERSEDED', set: now.set };
    await publication.swap(set, now);
    return { outcome, set };
  }
}
