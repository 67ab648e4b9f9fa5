import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createPrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import { eicar } from '../samples/eicar.ts';

/** Where freshclam of every Linux distribution, and of Homebrew, puts its sets. */
const MACHINE_FOLDERS = ['/var/lib/clamav', '/opt/homebrew/var/lib/clamav', '/usr/local/var/lib/clamav'];
const OFFICIAL = /^(main|daily)\.(cvd|cld|cud)$/;

export interface PreparedDefinitions {
  readonly directory: string;
  readonly warnings: readonly string[];
}

/**
 * The signatures to scan with: the folder given, else the machine's own, else a set that finds the EICAR test
 * file only, with a warning that says so.
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
  // Goes with the process.
  const made = createPrivateFolder('definitions');
  await writeEicarDefinitions(made);
  return {
    directory: made,
    warnings: [
      `No ClamAV signatures on this machine (${machineFolders[0]} holds none): only the EICAR test file is found. Run freshclam for the real ones.`,
    ],
  };
}

/** The same signatures in a folder that signatures can be added to; it goes with the process. */
export async function extensibleDefinitions(directory?: string): Promise<PreparedDefinitions> {
  const prepared = await prepareDefinitions(directory);
  const folder = createPrivateFolder('definitions');
  for (const name of await readdir(prepared.directory)) {
    await symlink(resolve(prepared.directory, name), join(folder, name));
  }
  return { ...prepared, directory: folder };
}

/** Adds `eicar.ndb`, made here and now since some scanners stop at the signature as they do at the file. */
export async function writeEicarDefinitions(directory: string): Promise<void> {
  await writeDefinition(directory, 'eicar', 'Eicar-Test-Signature', eicar());
}

/** Adds one signature, `<file>.ndb`, that finds `content` at the head of any file or archive member. */
export async function writeDefinition(directory: string, file: string, name: string, content: Buffer): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${file}.ndb`), `${name}:0:0:${content.toString('hex')}\n`);
}
