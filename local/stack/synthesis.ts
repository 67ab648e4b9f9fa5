import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Template } from '../../emulator/cloudformation/template.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** What infra/synthesize.ts returns. */
export interface Synthesis {
  readonly stackName: string;
  readonly template: Template;
  /** Handler file by logical id of its function. */
  readonly handlers: Readonly<Record<string, string>>;
  /** ASL file by logical id of its state machine. */
  readonly definitions: Readonly<Record<string, string>>;
}

const SOURCES = ['infra', 'statemachines', 'functions/domain', 'cdk.json', 'package-lock.json'];
const CACHE = join(ROOT, 'node_modules', '.cache', 's3-airlock');

/**
 * The deployed template for this configuration. Synthesis takes seconds and half a gigabyte, so it runs in a
 * separate process and is cached until its inputs change.
 * @param airlock object in the schema of docs/configuration.md
 * @throws Error with the message of infra/config/schema.ts when the configuration is not valid
 */
export async function synthesis(airlock: object): Promise<Synthesis> {
  const sources = await fingerprint();
  const file = join(CACHE, `${hashOf(sources, JSON.stringify(airlock))}.json`);
  const cached = await readFile(file, 'utf8').catch(() => undefined);
  if (cached !== undefined) return JSON.parse(cached);

  const synthesized = await synthesize(airlock, sources);
  // Cached if possible; a read-only installation just takes longer.
  await keep(file, JSON.stringify(synthesized)).catch(() => undefined);
  return synthesized;
}

async function keep(file: string, output: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, output);
  await rename(unfinished, file);
}

async function synthesize(airlock: object, sources: string): Promise<Synthesis> {
  const { AIRLOCK_SYNTHESIZER: running } = process.env;
  const answer =
    running === undefined ? await print(JSON.stringify(airlock)) : await ask(running, { sources, airlock });
  const { synthesis: synthesized, fault } = JSON.parse(answer) as { synthesis: Synthesis; fault?: string };
  if (fault !== undefined) throw new Error(fault);
  return synthesized;
}

async function print(line: string): Promise<string> {
  const child = spawn(process.execPath, [join(ROOT, 'infra/print-synthesis.ts')], { cwd: ROOT });
  child.stdin.end(line);
  const exit = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [output, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code !== 0) throw new Error(complaint.trim());
  return output;
}

/** @param socket path of one that a test run shares: test/support/synthesizer.ts */
async function ask(socket: string, question: object): Promise<string> {
  const connection = connect(socket);
  connection.end(JSON.stringify(question));
  return text(connection);
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await filesUnder(join(ROOT, source))) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
