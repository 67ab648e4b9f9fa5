import { readFileSync } from 'node:fs';
import { AirlockError, DefinitionsUnavailable, EngineUnavailable } from '../../domain/errors.ts';
import { type BoundProcess, findExecutable, isExecutable, spawnBound } from '../process/bound-process.ts';
import { deadline } from '../process/deadline.ts';
import { createPrivateFolder, removePrivateFolder } from '../process/private-folder.ts';
import { type ClamdSettings, writeClamdConfiguration } from './clamd-configuration.ts';
import { ping } from './clamd-connection.ts';

/** Debian does not put daemons on the PATH of ordinary users; the last is Homebrew's. */
export const CLAMD_FOLDERS: readonly string[] = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
const OUTPUT_CHARACTERS = 4000;
/** clamd's messages for definitions that it does not load. */
const UNUSABLE_DEFINITIONS = /cli_loaddb|cli_cvd|cl_load|cl_cvd|database|Can't open file or directory/i;

export interface ClamdOptions extends ClamdSettings {
  /** Path of clamd; default: the first on `searchPath` or in `folders`. */
  readonly binary?: string | undefined;
  readonly searchPath?: string | undefined;
  readonly folders?: readonly string[];
  /** How long loading the definitions may take. */
  readonly startMilliseconds: number;
}

export interface ClamdProcess {
  readonly socket: string;
  /** What it printed while it started; at most the last 4,000 characters. */
  readonly said: string;
  running(): boolean;
  /** Bytes of memory that it uses for itself; 0 where the system does not tell (macOS). */
  memory(): number;
  /** Kills clamd at once and removes its socket and temporary files. */
  stop(): Promise<void>;
}

/**
 * Starts a clamd and waits until it has answered a PING.
 * @throws EngineUnavailable when it is not installed or does not start; DefinitionsUnavailable when it refuses the
 * definitions
 */
export async function startClamd(options: ClamdOptions): Promise<ClamdProcess> {
  const binary = options.binary ?? findExecutable('clamd', options.searchPath, options.folders ?? CLAMD_FOLDERS);
  if (binary === undefined || !isExecutable(binary)) {
    const place = options.binary === undefined ? '' : ` at ${options.binary}`;
    throw new EngineUnavailable(
      `clamd is not installed${place}: apt-get install clamav-daemon (Debian, Ubuntu), dnf install clamd (Fedora), brew install clamav (macOS)`,
    );
  }
  const folder = createPrivateFolder('clamd');
  try {
    const { file, socket } = writeClamdConfiguration(folder, options);
    const child = spawnBound(binary, [`--config-file=${file}`], options.searchPath);
    const ended = new Promise<void>((resolve) => child.once('close', resolve));
    const stop = async () => {
      child.kill('SIGKILL'); // on SIGTERM it would finish its scans first, up to MaxScanTime
      await ended;
      removePrivateFolder(folder);
    };
    const said = await untilUp(child, socket, options.startMilliseconds).catch(async (fault) => {
      await stop();
      throw fault;
    });
    return {
      socket,
      said,
      running: () => child.exitCode === null && child.signalCode === null,
      memory: () => memoryOf(child.pid),
      stop,
    };
  } catch (fault) {
    removePrivateFolder(folder);
    if (fault instanceof AirlockError) throw fault;
    throw new EngineUnavailable(`cannot start clamd: ${(fault as Error).message}`, { cause: fault });
  }
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function memoryOf(pid: number | undefined): number {
  try {
    const [, kilobytes = '0'] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

/** @returns what it printed */
function untilUp(child: BoundProcess, socket: string, milliseconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const end = deadline(milliseconds, () =>
      reject(new EngineUnavailable(`clamd was not up after ${milliseconds} ms: ${output.trim()}`)),
    );
    child.once('error', (fault) => reject(new EngineUnavailable(`cannot run clamd: ${fault.message}`)));
    child.once('close', () => {
      end();
      reject(startFault(output.trim(), child.signalCode));
    });
    // clamd logs once it listens, so each line triggers a connection attempt; earlier attempts would fail.
    const knock = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS);
      ping(socket).then(() => {
        end();
        // What it printed before it answered may still be on the way.
        setImmediate(() => resolve(output));
      }, ignore);
    };
    child.stdout.on('data', knock);
    child.stderr.on('data', knock);
  });
}

function startFault(output: string, signal: string | null): EngineUnavailable | DefinitionsUnavailable {
  if (signal === null && UNUSABLE_DEFINITIONS.test(output)) {
    return new DefinitionsUnavailable(`clamd refuses the definitions: ${output}`);
  }
  return new EngineUnavailable(`clamd ended (${signal ?? 'no signal'}) before it was up: ${output}`);
}

const ignore = () => undefined;
