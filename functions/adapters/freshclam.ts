import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DefinitionsMirror } from '../domain/definitions/ports.ts';
import { isOfficial } from '../domain/definitions/signature-files.ts';
import { DefinitionsUpdateFailed, InvalidConfiguration } from '../domain/errors.ts';
import { findExecutable, spawnBound } from './bound-process.ts';

const FOLDERS: readonly string[] = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
const OUTPUT_CHARACTERS = 16_000;
/** freshclam.dat holds this against the mirror; a run inside the time ends with exit code 0 and has asked for nothing. */
const COOL_DOWN = /on cool-down until after: (.+)/;

export interface FreshclamOptions {
  /** URL of a private mirror; null: no official set at all, only `customUrls`. ClamAV's own when not given. */
  readonly mirror?: string | null | undefined;
  /** Files of signatures to take as they are, by URL. */
  readonly customUrls: readonly string[];
  /** After this long it is ended. */
  readonly milliseconds: number;
  /** Seconds for a connection, and for one that has gone silent. */
  readonly patienceSeconds: number;
  /** Tries at each download, five seconds apart. */
  readonly attempts: number;
  readonly binary?: string | undefined;
  readonly searchPath?: string | undefined;
}

/**
 * freshclam over a folder: takes the differences to what is there, checks ClamAV's signature on each set and
 * that the engine loads it.
 */
export function freshclam(options: FreshclamOptions): DefinitionsMirror {
  const { mirror, customUrls, binary = findExecutable('freshclam', options.searchPath, FOLDERS) } = options;
  const customNames = new Set(customUrls.map((url) => basename(new URL(url).pathname)));
  return {
    wants: (name) => customNames.has(name) || (mirror !== null && isOfficial(name)),
    async update(folder) {
      if (binary === undefined) {
        throw new InvalidConfiguration('freshclam is not installed: apt-get install clamav-freshclam (Debian, Ubuntu)');
      }
      const place = `${folder}.freshclam`;
      mkdirSync(place, { recursive: true });
      const file = join(place, 'freshclam.conf');
      writeFileSync(file, freshclamConfiguration(folder, options));
      const { code, output, late } = await run(binary, [`--config-file=${file}`, '--stdout'], options);
      const [, until] = COOL_DOWN.exec(output) ?? [];
      const errors = output.match(/^ERROR: .*$/gm)?.join('; ') ?? output.trim().split('\n').at(-1);
      if (late) throw new DefinitionsUpdateFailed(`freshclam was not done after ${options.milliseconds} ms: ${errors}`);
      if (until !== undefined)
        throw new DefinitionsUpdateFailed(`the mirror wants no requests before ${until}: ${errors}`);
      if (code !== 0) throw new DefinitionsUpdateFailed(`freshclam ended with ${code}: ${errors}`);
    },
  };
}

/** @see https://docs.clamav.net/manual/Usage/Configuration.html#freshclamconf */
export function freshclamConfiguration(folder: string, options: FreshclamOptions): string {
  const { mirror, customUrls, patienceSeconds, attempts } = options;
  const official =
    mirror === undefined
      ? ['DatabaseMirror database.clamav.net', 'DNSDatabaseInfo current.cvd.clamav.net', 'ScriptedUpdates yes']
      : // Asks no DNS. Without official sets it is never asked itself.
        [`PrivateMirror ${mirror ?? 'http://127.0.0.1:9'}`];
  const excluded = mirror === null ? ['main', 'daily', 'bytecode'].map((name) => `ExcludeDatabase ${name}`) : [];
  const lines = [
    `DatabaseDirectory ${folder}`,
    // As root it would go on as the account clamav, which cannot enter a private folder.
    ...(process.getuid?.() === 0 ? ['DatabaseOwner root'] : []),
    'Foreground yes',
    'TestDatabases yes',
    // What every scanner downloads at its cold start: a third of its size.
    'CompressLocalDatabase yes',
    ...official,
    ...excluded,
    ...customUrls.map((url) => `DatabaseCustomURL ${url}`),
    `MaxAttempts ${attempts}`,
    `ConnectTimeout ${patienceSeconds}`,
    `ReceiveTimeout ${patienceSeconds}`,
  ];
  return `${lines.join('\n')}\n`;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly late: boolean;
}

function run(binary: string, args: readonly string[], { searchPath, milliseconds }: FreshclamOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawnBound(binary, args, searchPath);
    let output = '';
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, milliseconds);
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('latin1')).slice(-OUTPUT_CHARACTERS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (fault) => {
      clearTimeout(deadline);
      reject(new DefinitionsUpdateFailed(`cannot run freshclam: ${fault.message}`, { cause: fault }));
    });
    child.once('close', (code) => {
      clearTimeout(deadline);
      resolve({ code, output, late });
    });
  });
}
