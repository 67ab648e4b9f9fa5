import type { Sample } from './sample.ts';

type Build = (sample: Sample) => Buffer | Promise<Buffer>;

/** One file and the only right verdict, or the two of which the engine's own reading decides. */
export interface HostileCase {
  readonly name: string;
  readonly build: Build;
  /** CLEAN is never among those of a file that holds the token. */
  readonly verdicts: readonly string[];
}

/** What is inside is found. */
export const infected = (name: string, build: Build): HostileCase => ({ name, build, verdicts: ['INFECTED'] });

/** Nobody can tell what is inside, and that is said. */
export const refused = (name: string, finding: string, build: Build): HostileCase => ({
  name,
  build,
  verdicts: [`UNSCANNABLE ${finding}`],
});

/** It is found where clamd reads the file in the way of the attacker, else refused: never CLEAN. */
export const caught = (name: string, finding: string, build: Build): HostileCase => ({
  name,
  build,
  verdicts: ['INFECTED', `UNSCANNABLE ${finding}`],
});

/** A control: honest, and to be passed. */
export const clean = (name: string, build: Build): HostileCase => ({ name, build, verdicts: ['CLEAN'] });
