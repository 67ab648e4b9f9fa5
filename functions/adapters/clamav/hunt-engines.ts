import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HuntRules } from '../../domain/hunt/payloads.ts';
import type { RuleFile } from '../../domain/hunt/rules.ts';
import type { ScanEngine } from '../../domain/ports.ts';
import type { Environment } from '../process/environment.ts';
import { createPrivateFolder, removePrivateFolder } from '../process/private-folder.ts';
import { createScanEngine } from './scan-engine.ts';
import type { WarmEngine } from './warm-engine.ts';

/** Engines that have loaded the rules of a hunt and no definitions. */
export interface HuntEngines {
  /** Gives `use` the engine for these rules, which stays warm until other rules are asked for. */
  withEngine<T>(rules: HuntRules, use: (engine: ScanEngine) => Promise<T>): Promise<T>;
  /** Ends the engines and removes the rules from the disk. */
  close(): Promise<void>;
}

interface Kept {
  readonly loaded: Promise<{ readonly engine: WarmEngine; readonly folder: string }>;
  /** Who uses it now; on Lambda, one. */
  users: number;
}

/** @param fetchRules throws what reading from the store throws */
export function createHuntEngines(
  env: Environment,
  fetchRules: (rules: HuntRules) => Promise<readonly RuleFile[]>,
): HuntEngines {
  /** By the content of the rules. */
  const kept = new Map<string, Kept>();

  async function load(rules: HuntRules) {
    const files = await fetchRules(rules);
    const folder = createPrivateFolder('hunt', env.SCRATCH_DIRECTORY || undefined);
    try {
      const directory = join(folder, 'db');
      await mkdir(directory);
      for (const { name, content } of files) await writeFile(join(directory, name), content, { mode: 0o600 });
      const definitions = { version: `hunt-${rules.sha256.slice(0, 8)}`, directory };
      const engine = createScanEngine(env, { source: { current: async () => definitions } });
      await engine.start();
      return { engine, folder };
    } catch (fault) {
      removePrivateFolder(folder);
      throw fault;
    }
  }

  async function end(sha256: string, { loaded }: Kept): Promise<void> {
    kept.delete(sha256);
    const { engine, folder } = await loaded;
    await engine.stop();
    removePrivateFolder(folder);
  }

  function entryFor(rules: HuntRules): Kept {
    const known = kept.get(rules.sha256);
    if (known !== undefined) return known;
    const entry: Kept = { loaded: load(rules), users: 0 };
    kept.set(rules.sha256, entry);
    // The next batch tries again.
    entry.loaded.catch(() => kept.delete(rules.sha256));
    return entry;
  }

  return {
    async withEngine(rules, use) {
      const entry = entryFor(rules);
      entry.users += 1;
      try {
        const idle = [...kept].filter(([sha256, { users }]) => sha256 !== rules.sha256 && users === 0);
        for (const [sha256, other] of idle) await end(sha256, other);
        return await use((await entry.loaded).engine);
      } finally {
        entry.users -= 1;
      }
    },
    async close() {
      for (const [sha256, entry] of [...kept]) await end(sha256, entry).catch(() => undefined);
    },
  };
}
