import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import mimeTypes from 'mime-db';
import { createScanEngine } from '../../functions/adapters/clamav/scan-engine.ts';
import { fileBytes } from '../../functions/adapters/content/file-bytes.ts';
import { inspectObject } from '../../functions/adapters/content/object-inspector.ts';
import { createUnpacking } from '../../functions/adapters/unpacking/unpacking.ts';
import { containerFormat, FORMAT_HEAD_BYTES } from '../../functions/domain/containers/container-format.ts';
import { engineVerdict } from '../../functions/domain/engine-verdict.ts';
import { judgeFileType } from '../../functions/domain/file-type/file-type-verdict.ts';
import { NO_HEADERS, type Scratch, type Unpacking } from '../../functions/domain/ports.ts';
import { DEFAULT_SCAN_BUDGET, scanMilliseconds } from '../../functions/domain/scan-budget.ts';
import { scanContent } from '../../functions/domain/scan-content.ts';
import { MAX_OBJECT_BYTES_CEILING, maxUnpackedBytes } from '../../functions/domain/scan-policy.ts';
import { parseConfig } from '../../infra/config/schema.ts';
import type { LocalFile } from '../../local/commands/files.ts';
import { writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { upTo } from '../support/content-policy.ts';
import { type FileRecord, recordOf } from './report.ts';

export interface CorpusScanner {
  /** Never throws: a fault is a record of its own. */
  scan(file: LocalFile): Promise<FileRecord>;
  close(): Promise<void>;
}

export interface CorpusScannerOptions {
  readonly engine?: boolean;
  readonly definitions?: string;
  /** Only checks the types, as uploads of browsers are checked. */
  readonly types?: boolean;
}

const DEFAULT_POLICY = parseConfig({});

/** The content step of a scan as the functions do it, and with `engine` the whole scan, of files on this disk. */
export async function createCorpusScanner({
  engine,
  definitions,
  types,
}: CorpusScannerOptions): Promise<CorpusScanner> {
  const unpacking = createUnpacking({ maxBytes: maxUnpackedBytes(MAX_OBJECT_BYTES_CEILING) });
  const clamd = engine ? await startEngine(definitions) : undefined;
  let closing: Promise<unknown> | undefined;

  async function judge(path: string, key: string, size: number): Promise<Judged> {
    if (types) return judgeType(path, key, size);
    if (clamd !== undefined) return clamd.judge(path, size, unpacking);
    const begun = performance.now();
    const remaining = () => begun + scanMilliseconds(DEFAULT_SCAN_BUDGET, size) / 2 - performance.now();
    const [finding] = await unpacking.withContents({ path }, remaining, async ({ unaccounted }) => unaccounted);
    const inspectMs = performance.now() - begun;
    return { status: finding === undefined ? 'ACCOUNTED' : 'UNSCANNABLE', finding: finding ?? null, inspectMs };
  }

  return {
    async scan({ path, key, fault }) {
      const place = path.toString();
      try {
        if (fault !== undefined) throw fault;
        const { head, size } = await headOf(place);
        return recordOf({ path: key, size, ...kindOf(head), ...(await judge(place, key, size)) });
      } catch (thrown) {
        const { code, name } = thrown as NodeJS.ErrnoException;
        return recordOf({ path: key, size: 0, kind: null, container: false, status: 'ERROR', finding: code ?? name });
      }
    },
    async close() {
      closing ??= Promise.all([unpacking.close(), clamd?.close()]);
      await closing;
    },
  };
}

/** With the default configuration, under the Content-Type that a browser goes by the extension for. */
async function judgeType(path: string, key: string, size: number): Promise<Judged> {
  const begun = performance.now();
  const extension = extname(key).slice(1).toLowerCase();
  const [contentType = null] =
    Object.entries(mimeTypes).find(([, known]) => known?.extensions?.includes(extension)) ?? [];
  const store = fileBytes({ path }, { ...NO_HEADERS, contentType: contentType ?? 'binary/octet-stream' });
  const content = await inspectObject(store, { bucket: 'corpus', key, etag: '', size });
  const { finding } = judgeFileType(content, key, DEFAULT_POLICY);
  const inspectMs = performance.now() - begun;
  return { status: finding === null ? 'ALLOWED' : 'REJECTED', finding, inspectMs };
}

interface Judged extends Pick<FileRecord, 'status' | 'finding' | 'inspectMs' | 'engineMs'> {}

async function startEngine(given?: string) {
  const made = given ?? (await mkdtemp(join(tmpdir(), 'corpus-definitions-')));
  if (given === undefined) await writeEicarDefinitions(made);
  const engine = createScanEngine({
    CLAMD_CONFIGURATION: join(import.meta.dirname, '../../infra/scanner/clamd.conf'),
    MAX_OBJECT_BYTES: String(MAX_OBJECT_BYTES_CEILING),
    DEFINITIONS_DIRECTORY: made,
    // False alarms of the readers are looked for: any definitions will do.
    TEST_SIGNATURES: 'allowed',
  });
  const close = async () => {
    await engine.stop();
    if (given === undefined) await rm(made, { recursive: true, force: true });
  };
  await engine.start().catch(async (fault) => {
    await close();
    throw fault;
  });

  async function judge(path: string, size: number, unpacking: Unpacking): Promise<Judged> {
    // By itself first: what the file costs without us.
    const alone = performance.now();
    const reply = await engine.scan(path);
    const begun = performance.now();
    let inspectMs = 0;
    const timed: Unpacking = {
      withContents: (place, remaining, use) =>
        unpacking.withContents(place, remaining, (contents) => {
          inspectMs = performance.now() - begun;
          return use(contents);
        }),
    };
    const scratch: Scratch = { withCopy: (_, use) => use({ path }, NO_HEADERS) };
    const ports = { engine, scratch, unpacking: timed, budget: DEFAULT_SCAN_BUDGET, clock: () => new Date() };
    const object = { bucket: 'corpus', key: path, etag: '', size };
    const { status, finding } = await scanContent(ports, object, upTo(MAX_OBJECT_BYTES_CEILING), null);
    const alike = status === engineVerdict(reply).status;
    return { status, finding, inspectMs, engineMs: begun - alone, ...(!alike && { engine: engineVerdict(reply) }) };
  }

  return { judge, close };
}

async function headOf(path: string): Promise<{ head: Buffer; size: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FORMAT_HEAD_BYTES), 0, FORMAT_HEAD_BYTES, 0);
    return { head: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}

const IMAGES = ['\xff\xd8\xff', '\x89PNG', 'GIF8', 'RIFF', 'II*\0', 'MM\0*', 'BM'];

/** What a file is, for its time; and whether it counts as a container. */
function kindOf(head: Buffer): Pick<FileRecord, 'kind' | 'container'> {
  const format = containerFormat(head);
  if (format !== null) return { kind: format.name, container: true };
  if (head.subarray(0, 1024).includes('%PDF-')) return { kind: 'pdf', container: true };
  const image = IMAGES.some((magic) => head.toString('latin1', 0, magic.length) === magic);
  return { kind: image ? 'image' : 'other', container: false };
}
