import { readFile } from 'node:fs/promises';
import { startProgress } from '../output/progress.ts';
import { tell, warn } from '../output/terminal.ts';
import { configuredOrigin } from '../stack/configured-origin.ts';
import { type PreparedDefinitions, prepareDefinitions } from '../stack/definitions.ts';
import type { PipelineOptions } from '../stack/options.ts';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';

/** Options of all local commands. */
export interface LocalOptions
  extends Pick<
    PipelineOptions,
    | 'airlock'
    | 'port'
    | 'retryWaitMs'
    | 'testSignatures'
    | 'followsPublished'
    | 'onExecution'
    | 'onEvent'
    | 'onBatch'
    | 'onRequest'
    | 'onInvoke'
    | 'onUndelivered'
  > {
  readonly versioned?: boolean;
  /** JSON file in the `airlock` schema, overriding the defaults. */
  readonly config?: string;
  /** Folder of definitions. */
  readonly definitions?: string;
  /** Folder in which freshclam keeps definitions; default: in the user's cache folder. */
  readonly definitionsCache?: string;
  /** Whether freshclam updates them first; default: true. */
  readonly update?: boolean;
}

/**
 * Starts the pipeline for one command and closes it afterwards, also on Ctrl-C or when its output is closed (`|
 * head`): no process, socket or file is left behind.
 * @returns the command's exit code, or 128 plus the number of the signal that ended it
 */
export async function withPipeline(
  options: LocalOptions,
  command: (pipeline: Pipeline, interrupted: AbortSignal) => Promise<number>,
): Promise<number> {
  const interruption = new AbortController();
  const interrupted = new Promise<number>((resolve) => {
    // Node ignores SIGPIPE; this and every later write fails instead.
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', (fault: NodeJS.ErrnoException) => {
        if (fault.code !== 'EPIPE') throw fault;
        interruption.abort();
        resolve(128 + 13);
      });
    }
    for (const [signal, number] of [
      ['SIGINT', 2],
      ['SIGTERM', 15],
    ] as const) {
      // Stays registered; otherwise other handlers would consider themselves the last and end the process.
      process.on(signal, () => {
        if (interruption.signal.aborted) process.exit(128 + number); // second signal: at once
        interruption.abort();
        resolve(128 + number);
      });
    }
  });
  const airlock = await airlockConfig(options);
  const preparing = definitionsFor(options, airlock, interruption.signal);
  const definitions = await Promise.race([preparing, interrupted]);
  if (typeof definitions === 'number') {
    await preparing.catch(() => undefined);
    return definitions;
  }
  if (definitions.notice !== undefined) tell(definitions.notice);
  for (const warning of definitions.warnings) warn(warning);

  const progress = startProgress();
  progress.update('starting S3, Step Functions and the scan engine');
  const starting = startPipeline({ ...options, airlock, definitions: definitions.directory })
    .catch(explain)
    .finally(() => progress.stop());
  const pipeline = await Promise.race([starting, interrupted]);
  if (typeof pipeline === 'number') {
    await starting.then(
      ({ close }) => close(),
      () => undefined,
    );
    return pipeline;
  }
  try {
    return await Promise.race([command(pipeline, interruption.signal), interrupted]);
  } finally {
    await pipeline.close();
  }
}

/** freshclam reports on stderr: its progress bar on a terminal, what it updated elsewhere. */
async function definitionsFor(
  options: LocalOptions,
  airlock: object,
  signal: AbortSignal,
): Promise<PreparedDefinitions> {
  const progress = startProgress();
  try {
    const given = options.testSignatures || options.definitions !== undefined;
    return await prepareDefinitions({
      ...(!given && (await configuredOrigin(airlock))),
      signal,
      directory: options.definitions,
      testSignatures: options.testSignatures,
      cache: options.definitionsCache,
      update: options.update,
      onStart: (text) => tell(`definitions: ${text}`),
      onProgress(line) {
        if (/ updated \(version/.test(line)) {
          progress.clear();
          tell(`definitions: ${line}`);
        } else progress.update(line);
      },
    });
  } finally {
    progress.stop();
  }
}

function explain(fault: NodeJS.ErrnoException & { readonly port?: number }): never {
  if (fault.code !== 'EADDRINUSE') throw fault;
  throw new Error(
    `port ${fault.port} is in use, perhaps by another \`npm run local\`: choose another one with --port, or 0 for any free ones`,
    {
      cause: fault,
    },
  );
}

async function airlockConfig({ airlock: defaults = {}, config, versioned }: LocalOptions): Promise<object> {
  const airlock = { ...defaults, ...(config !== undefined && (await readConfig(config))) };
  if (versioned === undefined) return airlock;
  const { buckets = [{}] } = airlock as { buckets?: object[] };
  return { ...airlock, buckets: buckets.map((bucket) => ({ ...bucket, versioned })) };
}

async function readConfig(file: string): Promise<object> {
  const text = await readFile(file, 'utf8').catch((fault: NodeJS.ErrnoException) => {
    throw new Error(`${file}: ${fault.code === 'ENOENT' ? 'no such file' : fault.message}`);
  });
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch (fault) {
    throw new Error(`${file}: not JSON: ${(fault as Error).message}`);
  }
  throw new Error(`${file}: not a JSON object in the airlock schema`);
}
