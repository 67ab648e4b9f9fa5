import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { holdsDetection } from '../../functions/adapters/definitions/detection.ts';
import { definitionsFiles } from '../../functions/adapters/definitions/source.ts';
import { createPrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import { eicar } from '../samples/eicar.ts';
import { type DownloadOptions, downloadedDefinitions } from './downloaded-definitions.ts';

/** Where freshclam stores its definitions on Linux distributions and with Homebrew. */
const MACHINE_FOLDERS = ['/var/lib/clamav', '/opt/homebrew/var/lib/clamav', '/usr/local/var/lib/clamav'];
const OFFICIAL = /^(main|daily)\.(cvd|cld|cud)$/;

export interface DefinitionsRequest extends DownloadOptions {
  /** Folder of definitions; nothing else is looked for. */
  readonly directory?: string | undefined;
  /** Whether they may detect nothing but EICAR; without a folder they do not. */
  readonly testSignatures?: boolean | undefined;
  readonly machineFolders?: readonly string[];
}

export interface PreparedDefinitions {
  readonly directory: string;
  readonly warnings: readonly string[];
  /** What the user allowed, in one line. */
  readonly notice?: string;
}

const WHAT_TO_DO =
  'Give a folder of definitions with --definitions, or let freshclam fetch the official set (network access to https://database.clamav.net, no --no-update); --test-signatures only tries the pipeline out: it finds nothing but EICAR.';

/**
 * The definitions to scan with: the given folder, else the machine's, else those that freshclam keeps for this program.
 * @throws Error saying what to do when they detect nothing but EICAR and that is not allowed
 */
export async function prepareDefinitions(request: DefinitionsRequest = {}): Promise<PreparedDefinitions> {
  const { directory, testSignatures = false, machineFolders = MACHINE_FOLDERS } = request;
  if (testSignatures) return testDefinitions(directory);
  if (directory !== undefined) {
    if (await holdsDetection(directory, definitionsFiles(directory))) return { directory, warnings: [] };
    throw new Error(`the definitions in ${directory} hold no signature but EICAR's. ${WHAT_TO_DO}`);
  }
  const { mirror, customUrls = [] } = request;
  if (mirror === undefined && customUrls.length === 0) {
    for (const folder of machineFolders) {
      const official = (await readdir(folder).catch(() => [])).filter((name) => OFFICIAL.test(name));
      if (await holdsDetection(folder, official)) return { directory: folder, warnings: [] };
    }
  }
  const { directory: downloaded, fault } = await downloadedDefinitions(request);
  if (downloaded === undefined) {
    const reason = fault === undefined ? '' : ` (${fault.message})`;
    throw new Error(`there are no definitions to scan with${reason}. ${WHAT_TO_DO}`);
  }
  const warnings = fault === undefined ? [] : [`the definitions were not updated: ${fault.message}`];
  return { directory: downloaded, warnings };
}

async function testDefinitions(given: string | undefined): Promise<PreparedDefinitions> {
  // Removed with the process.
  const directory = given ?? createPrivateFolder('definitions');
  if (given === undefined) await writeEicarDefinitions(directory);
  const notice = (await holdsDetection(directory, definitionsFiles(directory)))
    ? `test signatures: only what ${directory} holds is detected`
    : 'test signatures: only EICAR is detected';
  return { directory, warnings: [], notice };
}

/** Test definitions, or a folder's, in a folder that signatures can be added to; it is removed with the process. */
export async function extensibleDefinitions(given?: string): Promise<string> {
  const { directory } = await testDefinitions(given);
  const folder = createPrivateFolder('definitions');
  for (const name of await readdir(directory)) await symlink(resolve(directory, name), join(folder, name));
  return folder;
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
