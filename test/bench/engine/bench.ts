import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedObject } from '../../../functions/domain/rescan/payloads.ts';
import { MAX_OBJECT_BYTES_CEILING } from '../../../functions/domain/scan-policy.ts';
import { Helper } from './helper.ts';
import type { RawClamd } from './raw-clamd.ts';
import type { S3Jobs } from './s3-process.ts';
import type { ScannerJobs } from './scanner-process.ts';
import type { Sizes } from './sizes.ts';

export interface Bench {
  /** For everything that is removed at the end. */
  readonly folder: string;
  readonly definitions: string;
  readonly s3: Helper<S3Jobs>;
  readonly endpoint: string;
  readonly sizes: Sizes;
}

export interface WithRaw extends Bench {
  readonly raw: RawClamd;
}

export interface Warm extends WithRaw {
  /** With its engine up. */
  readonly scanner: Helper<ScannerJobs>;
}

/** Node's, in the image's entry point. */
function imageFlags(): readonly string[] {
  const dockerfile = readFileSync('infra/scanner/Dockerfile', 'utf8');
  const entry: readonly string[] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]');
  return entry.filter((part) => part.startsWith('--'));
}

/** A process with the functions, as on Lambda: its engine does not run yet. */
export async function startScanner({ folder, definitions, endpoint }: Bench): Promise<Helper<ScannerJobs>> {
  const scanner = new Helper<ScannerJobs>(join(import.meta.dirname, 'scanner-process.ts'), {}, imageFlags());
  await scanner.do('configure', {
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    DEFINITIONS_DIRECTORY: definitions,
    SCRATCH_DIRECTORY: join(folder, 'scratch'),
    MAX_OBJECT_BYTES: String(MAX_OBJECT_BYTES_CEILING),
    CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
    DIALECT: 'airlock',
    PATH: process.env.PATH,
  });
  return scanner;
}

/** A few bytes, for what does not depend on the object. */
export async function storeNote({ folder, s3 }: Bench, name: string): Promise<ListedObject> {
  const from = join(folder, name);
  await mkdir(from);
  await writeFile(join(from, 'note.txt'), 'all is well\n');
  const [item] = await s3.do('store', { from, prefix: name });
  if (item === undefined) throw new Error('nothing was stored');
  return item;
}
