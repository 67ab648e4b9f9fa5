import { realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DefinitionsMirror } from '../../domain/definitions/ports.ts';
import { definitionsFiles } from './source.ts';

/** A folder on this machine in place of a mirror: whatever is in it is newest. */
export function folderMirror(directory: string): DefinitionsMirror {
  return {
    wants: () => false,
    async update(folder) {
      for (const name of definitionsFiles(directory)) {
        await symlink(await realpath(join(directory, name)), join(folder, name));
      }
    },
  };
}
