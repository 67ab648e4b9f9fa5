import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefinitionsDownloads } from '../../domain/definitions/downloads.ts';

export interface FreshclamSettings extends DefinitionsDownloads {
  /** Timeout in seconds for connecting and for receiving. */
  readonly patienceSeconds: number;
  /** Attempts for each download, five seconds apart. */
  readonly attempts: number;
}

/**
 * Writes freshclam's configuration for a folder of definitions to a separate folder.
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
      : // Makes no DNS requests. Without official definitions, this URL is never requested either.
        [`PrivateMirror ${mirror ?? 'http://127.0.0.1:9'}`];
  const excluded = mirror === null ? ['main', 'daily', 'bytecode'].map((name) => `ExcludeDatabase ${name}`) : [];
  return [
    `DatabaseDirectory ${folder}`,
    // As root it would switch to the user clamav, which cannot access a private folder.
    ...(process.getuid?.() === 0 ? ['DatabaseOwner root'] : []),
    'Foreground yes',
    'TestDatabases yes',
    // Every scanner downloads it at cold start: compression saves two thirds.
    'CompressLocalDatabase yes',
    ...official,
    ...excluded,
    ...customUrls.map((url) => `DatabaseCustomURL ${url}`),
    `MaxAttempts ${attempts}`,
    `ConnectTimeout ${patienceSeconds}`,
    `ReceiveTimeout ${patienceSeconds}`,
  ];
}
