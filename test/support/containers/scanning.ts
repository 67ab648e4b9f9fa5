import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScanEngine, scanBudget } from '../../../functions/adapters/clamav/scan-engine.ts';
import type { WarmEngine } from '../../../functions/adapters/clamav/warm-engine.ts';
import { createUnpacking } from '../../../functions/adapters/unpacking/unpacking.ts';
import type { ContentPolicy } from '../../../functions/domain/content-policy.ts';
import type { ObjectReference } from '../../../functions/domain/object-reference.ts';
import { NO_HEADERS } from '../../../functions/domain/ports.ts';
import { type ScanPorts, scanContent } from '../../../functions/domain/scan-content.ts';
import { maxUnpackedBytes } from '../../../functions/domain/scan-policy.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';
import { writeEicarDefinitions } from '../../../local/stack/definitions.ts';
import { upTo } from '../content-policy.ts';
import { tokenOf } from './sample.ts';

/** Small, so that what is over it is soon made. */
const MAX_OBJECT_BYTES = 4 * 1024 * 1024;

/** The product's own way from a file to its verdict, with a real engine that knows this run's token and EICAR. */
export interface Scanning {
  readonly engine: WarmEngine;
  readonly maxObjectBytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: Omit<ScanPorts, 'scratch'>;
  scan(content: Buffer, policy?: Partial<ContentPolicy>): Promise<Verdict>;
  close(): Promise<void>;
}

/** Writes the signatures of a run into a folder. */
export async function writeTokenDefinitions(folder: string, seed: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await writeEicarDefinitions(folder);
  writeFileSync(join(folder, 'token.ndb'), `Test.Token:0:*:${tokenOf(seed).toString('hex')}\n`);
}

export async function startScanning(seed: string, changes: Readonly<Record<string, string>> = {}): Promise<Scanning> {
  const folder = mkdtempSync(join(tmpdir(), 'containers-'));
  const environment = {
    AWS_REGION: 'eu-central-1',
    DEFINITIONS_DIRECTORY: join(folder, 'definitions'),
    SCRATCH_DIRECTORY: join(folder, 'scratch'),
    MAX_OBJECT_BYTES: String(MAX_OBJECT_BYTES),
    CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
    ...changes,
  };
  await writeTokenDefinitions(environment.DEFINITIONS_DIRECTORY, seed);
  const maxObjectBytes = Number(environment.MAX_OBJECT_BYTES);
  const engine = createScanEngine(environment);
  const unpacking = createUnpacking({
    parent: environment.SCRATCH_DIRECTORY,
    maxBytes: maxUnpackedBytes(maxObjectBytes),
  });
  const ports = { engine, unpacking, budget: scanBudget(environment), clock: () => new Date() };
  await engine.start();
  let files = 0;

  return {
    engine,
    maxObjectBytes,
    environment,
    ports,
    async scan(content, policy) {
      const path = join(folder, `object-${files++}`);
      writeFileSync(path, content);
      const object: ObjectReference = { bucket: 'b', key: path, size: content.length, etag: 'e' };
      const scratch: ScanPorts['scratch'] = { withCopy: (_, use) => use({ path }, NO_HEADERS) };
      try {
        return await scanContent({ ...ports, scratch }, object, { ...upTo(maxObjectBytes), ...policy }, null);
      } finally {
        rmSync(path);
      }
    },
    async close() {
      await engine.stop();
      await unpacking.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** `CLEAN`, `INFECTED`, or another status with its finding. */
export const said = ({ status, finding }: Verdict): string =>
  status === 'CLEAN' || status === 'INFECTED' ? status : `${status} ${finding}`;
