import { mkdirSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DefinitionsWorkshop } from '../../domain/definitions/ports.ts';
import type { DefinitionsFile } from '../../domain/definitions/published-definitions.ts';
import { isOfficial } from '../../domain/definitions/signature-files.ts';
import { DefinitionsUpdateFailed } from '../../domain/errors.ts';
import { holdsDetection, testSignaturesAllowed } from '../definitions/detection.ts';
import { headerOf } from '../definitions/header.ts';
import { sha256Of } from '../definitions/published.ts';
import { type Definitions, definitionsFiles, directoryDefinitions } from '../definitions/source.ts';
import type { Environment } from '../process/environment.ts';
import { createPrivateFolder, removePrivateFolder } from '../process/private-folder.ts';
import { CLEAN_SAMPLES } from './clean-samples.ts';
import { createScanEngine } from './scan-engine.ts';

/** Joined at run time: some scanners block source code that contains it. */
const eicar = () => ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST', '-FILE!$H+H*'].join('');

/** Tests definitions in a private folder, with a separate clamd and the scanner's configuration. */
export function createDefinitionsWorkshop(env: Environment): DefinitionsWorkshop {
  return {
    async withFolder(use) {
      const place = createPrivateFolder('update', env.SCRATCH_DIRECTORY || undefined);
      const folder = join(place, 'db');
      try {
        mkdirSync(folder);
        return await use(folder);
      } finally {
        removePrivateFolder(place);
      }
    },

    async describe(folder) {
      const testSignatures = testSignaturesAllowed(env);
      const names = definitionsFiles(folder);
      if (!testSignatures && !(await holdsDetection(folder, names))) {
        throw new DefinitionsUpdateFailed("the new definitions hold no signature but EICAR's and s3-airlock's own");
      }
      const { version } = await directoryDefinitions(folder, testSignatures).current();
      const files = await Promise.all(names.map((name) => describeFile(folder, name)));
      const built = await Promise.all(names.filter(isOfficial).map((name) => builtAt(join(folder, name))));
      const seconds = built.filter(Number.isFinite);
      const signaturesTime = seconds.length === 0 ? null : new Date(Math.max(...seconds) * 1000).toISOString();
      return { version, files, signaturesTime };
    },

    async tryOut(folder) {
      const samples = createPrivateFolder('samples', env.SCRATCH_DIRECTORY || undefined);
      const definitions: Definitions = { version: 'tried out', directory: folder };
      const engine = createScanEngine(env, { source: { current: async () => definitions } });
      try {
        const scan = async (name: string, content: string | Buffer) => {
          const path = join(samples, name);
          await writeFile(path, content);
          return engine.scan(path);
        };
        if (!(await scan('eicar.txt', eicar())).infected) {
          throw new DefinitionsUpdateFailed('the new definitions do not find the EICAR test file');
        }
        for (const [name, content] of Object.entries(CLEAN_SAMPLES)) {
          const { infected, signatures } = await scan(name, content);
          if (infected)
            throw new DefinitionsUpdateFailed(`the new definitions find ${signatures} in ${name}, which is clean`);
        }
      } finally {
        await engine.stop();
        removePrivateFolder(samples);
      }
    },
  };
}

async function describeFile(folder: string, name: string): Promise<DefinitionsFile> {
  const path = join(folder, name);
  const { size, mtime } = await stat(path);
  return { name, size, sha256: await sha256Of(path), modified: mtime.toISOString() };
}

async function builtAt(path: string): Promise<number> {
  return Number.parseInt((await headerOf(path))[8] ?? '', 10);
}
