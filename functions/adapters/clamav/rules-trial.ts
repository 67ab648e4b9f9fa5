import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DefinitionsUnavailable, InvalidInput } from '../../domain/errors.ts';
import { isYara, type RuleFile, signaturesIn } from '../../domain/hunt/rules.ts';
import type { Environment } from '../process/environment.ts';
import { createPrivateFolder, removePrivateFolder } from '../process/private-folder.ts';
import { type ClamdProcess, startClamd } from './clamd-process.ts';
import { clamdSessions } from './clamd-session.ts';
import { CLEAN_SAMPLES } from './clean-samples.ts';
import { engineReply } from './engine-reply.ts';
import { engineOptions } from './scan-engine.ts';

const SCAN_MILLISECONDS = 30_000;
/** What clamd says about signatures that it does not load, or not as they are written. */
const COMPLAINT = /LibClamAV (?:Error|Warning): (.*)$/;
const LOADED = /^(?:.*-> )?Loaded (\d+) signatures?\.$/m;
const MAX_COMPLAINTS = 5;

/** Tries the rules of a hunt out. */
export interface RulesTrial {
  /**
   * @returns how many signatures the engine has loaded from the files
   * @throws InvalidInput when it does not load all of them, or one matches clean content; EngineUnavailable
   */
  tryOut(files: readonly RuleFile[]): Promise<number>;
}

/**
 * Loads the rules in a clamd of their own. clamd passes over what it cannot use, and goes on: a rule of YARA with an
 * error, a signature for another version of the engine. A hunt without them would find nothing and not say why, so
 * here every signature must be loaded.
 */
export function createRulesTrial(env: Environment): RulesTrial {
  const options = engineOptions(env);
  /** What the engine counts without any rules: signatures of our own. */
  let ourOwn: number | undefined;

  async function inPlace<T>(use: (place: string) => Promise<T>): Promise<T> {
    const place = createPrivateFolder('hunt', env.SCRATCH_DIRECTORY || undefined);
    try {
      return await use(place);
    } finally {
      removePrivateFolder(place);
    }
  }

  /** With a clamd that has loaded these files and nothing else but our own signatures. */
  async function loaded<T>(
    place: string,
    files: readonly RuleFile[],
    use: (clamd: ClamdProcess, count: number) => Promise<T>,
  ): Promise<T> {
    const definitions = await mkdtemp(join(place, 'db-'));
    for (const { name, content } of files) await writeFile(join(definitions, name), content, { mode: 0o600 });
    const log = `${definitions}.log`;
    const clamd = await startClamd({ ...options, definitions, log }).catch((fault: unknown) => {
      if (!(fault instanceof DefinitionsUnavailable)) throw fault;
      throw new InvalidInput(complaintsIn(fault.message) || fault.message, { cause: fault });
    });
    try {
      const complaints = complaintsIn(clamd.said);
      if (complaints !== '') throw new InvalidInput(complaints);
      const [, count] = LOADED.exec(await readFile(log, 'utf8')) ?? [];
      if (count === undefined) throw new InvalidInput('clamd does not say how many signatures it has loaded');
      return await use(clamd, Number(count));
    } finally {
      await clamd.stop();
    }
  }

  const countOf = (place: string, files: readonly RuleFile[]) => loaded(place, files, async (_, count) => count);

  /** The number of the first line that the engine passes over; the file has one. */
  async function firstNotLoaded(place: string, { name, content }: RuleFile, ours: number): Promise<number> {
    const lines = content.toString('latin1').split('\n');
    let [good, bad] = [0, lines.length];
    while (bad - good > 1) {
      const middle = Math.floor((good + bad) / 2);
      const part = { name, content: Buffer.from(`${lines.slice(0, middle).join('\n')}\n`, 'latin1') };
      const wanted = signaturesIn(part) ?? 0;
      if (wanted === 0 || (await countOf(place, [part])) - ours >= wanted) good = middle;
      else bad = middle;
    }
    return bad;
  }

  async function assertAllLoaded(place: string, files: readonly RuleFile[], count: number, ours: number) {
    // What the engine does not load of YARA it complains about; a file without any rule it passes over.
    const atLeast = files.reduce((sum, file) => sum + (signaturesIn(file) ?? 1), 0);
    // With a file of YARA among several, its further rules would make up for what another lacks.
    if (count - ours >= atLeast && (files.length === 1 || !files.some(({ name }) => isYara(name)))) return;
    for (const file of files) {
      const own = (await countOf(place, [file])) - ours;
      if (own >= (signaturesIn(file) ?? 1)) continue;
      if (isYara(file.name)) throw new InvalidInput(`${file.name}: it has no rule that the engine loads`);
      const line = await firstNotLoaded(place, file, ours);
      throw new InvalidInput(
        `${file.name} line ${line}: the engine does not load this signature: it is for another version, or has fields in the wrong place`,
      );
    }
    if (count - ours < atLeast) throw new InvalidInput(`the engine loads ${count - ours} of ${atLeast} signatures`);
  }

  async function assertMatchesNothingClean(place: string, { socket }: ClamdProcess): Promise<void> {
    const sessions = clamdSessions(socket);
    for (const [name, content] of Object.entries(CLEAN_SAMPLES)) {
      const path = join(place, name);
      await writeFile(path, content);
      const { infected, signatures } = engineReply(await sessions.scan(path, SCAN_MILLISECONDS));
      if (infected) throw new InvalidInput(`${signatures[0]} matches ${name}, which is clean`);
    }
  }

  return {
    tryOut: (files) =>
      inPlace(async (place) => {
        ourOwn ??= await countOf(place, []);
        const ours = ourOwn;
        return loaded(place, files, async (clamd, count) => {
          await assertAllLoaded(place, files, count, ours);
          await assertMatchesNothingClean(place, clamd);
          return count - ours;
        });
      }),
  };
}

/** In one line, without the folder that the files are in on this machine. */
function complaintsIn(output: string): string {
  const complaints = output.split('\n').flatMap((line) => COMPLAINT.exec(line.trim())?.[1] ?? []);
  const shown = complaints.map((complaint) => complaint.replaceAll(/\/\S*\/(?=[^/\s]+)/g, ''));
  const more = shown.length - MAX_COMPLAINTS;
  return [...shown.slice(0, MAX_COMPLAINTS), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
