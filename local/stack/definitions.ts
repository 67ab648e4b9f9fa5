import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createPrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import { eicar } from '../samples/eicar.ts';

/** Where freshclam stores its definitions on Linux distributions and with Homebrew. */
const MACHINE_FOLDERS = ['/var/lib/clamav', '/opt/homebrew/var/lib/clamav', '/usr/local/var/lib/clamav'];
const OFFICIAL = /^(main|daily)\.(cvd|cld|cud)$/;

export interface PreparedDefinitions {
  readonly directory: string;
  readonly warnings: readonly string[];
}

/**
 * The definitions to scan with: the given folder, else the machine's, else a signature that only finds the EICAR
 * test file, with a warning.
 */
export async function prepareDefinitions(
  directory?: string,
  machineFolders: readonly string[] = MACHINE_FOLDERS,
): Promise<PreparedDefinitions> {
  if (directory !== undefined) return { directory, warnings: [] };
  for (const folder of machineFolders) {
    const names = await readdir(folder).catch(() => []);
    if (names.some((name) => OFFICIAL.test(name))) return { directory: folder, warnings: [] };
  }
  // Removed with the process.
  const made = createPrivateFolder('definitions');
  await writeEicarDefinitions(made);
  return {
    directory: made,
    warnings: [
      `No ClamAV definitions on this machine (${machineFolders[0]} has none): only the EICAR test file is found. Run freshclam to download them.`,
    ],
  };
}

/** The same definitions in a folder that signatures can be added to; it is removed with the process. */
export async function extensibleDefinitions(directory?: string): Promise<PreparedDefinitions> {
  const prepared = await prepareDefinitions(directory);
  const folder = createPrivateFolder('definitions');
  for (const name of await readdir(prepared.directory)) {
    await symlink(resolve(prepared.directory, name), join(folder, name));
  }
  return { ...prepared, directory: folder };
}

/** Adds `eicar.ndb`, built at run time because some scanners block the signature like the file. */
export async function writeEicarDefinitions(directory: string): Promise<void> {
  await writeDefinition(directory, 'eicar', 'Eicar-Test-Signature', eicar());
}

/** Adds one signature, `<file>.ndb`, that finds `content` at the head of any file or archive member. */
export async function writeDefinition(directory: string, file: string, name: string, content: Buffer): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${file}.ndb`), `${name}:0:0:${content.toString('hex')}\n`);
}
