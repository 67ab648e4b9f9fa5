import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FreshclamSettings {
  /** URL of a private mirror; null: no official set at all, only `customUrls`. ClamAV's own when not given. */
  readonly mirror?: string | null | undefined;
  /** Files of signatures to take as they are, by URL. */
  readonly customUrls: readonly string[];
  /** Seconds for a connection, and for one that has gone silent. */
  readonly patienceSeconds: number;
  /** Tries at each download, five seconds apart. */
  readonly attempts: number;
}

/**
 * Writes the configuration of freshclam over a folder of signatures, into another folder beside it.
 *
 * @returns the file's path
 */
export function writeFreshclamConfiguration(folder: string, settings: FreshclamSettings): string {
  const place = `${folder}.freshclam`;
  mkdirSync(place, { recursive: true });
  const file = join(place, 'freshclam.conf');
  writeFileSync(file, `${directives(folder, settings).join('\n')}\n`);
  return file;
}

/** @see https://docs.clamav.net/manual/Usage/Configuration.html#freshclamconf */
function directives(folder: string, settings: FreshclamSettings): string[] {
  const { mirror, customUrls, patienceSeconds, attempts } = settings;
  const official =
    mirror === undefined
      ? ['DatabaseMirror database.clamav.net', 'DNSDatabaseInfo current.cvd.clamav.net', 'ScriptedUpdates yes']
      : // Asks no DNS. Without official sets it is never asked itself.
        [`PrivateMirror ${mirror ?? 'http://127.0.0.1:9'}`];
  const excluded = mirror === null ? ['main', 'daily', 'bytecode'].map((name) => `ExcludeDatabase ${name}`) : [];
  return [
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
}
