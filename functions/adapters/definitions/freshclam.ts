import { stripVTControlCharacters } from 'node:util';
import { downloadedName, refusedDownloads } from '../../domain/definitions/downloads.ts';
import type { DefinitionsMirror } from '../../domain/definitions/ports.ts';
import { isOfficial } from '../../domain/definitions/signature-files.ts';
import { DefinitionsUpdateFailed, InvalidConfiguration } from '../../domain/errors.ts';
import { findExecutable, spawnBound } from '../process/bound-process.ts';
import { deadline } from '../process/deadline.ts';
import { type FreshclamSettings, writeFreshclamConfiguration } from './freshclam-configuration.ts';

export const FRESHCLAM_FOLDERS: readonly string[] = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
const OUTPUT_CHARACTERS = 16_000;
/** freshclam.dat stores this back-off time; a run before it ends with exit code 0 and requests nothing. */
const COOL_DOWN = /on cool-down until after: (.+)/;

export interface FreshclamOptions extends FreshclamSettings {
  /** It is killed after this time. */
  readonly milliseconds: number;
  readonly binary?: string | undefined;
  readonly searchPath?: string | undefined;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of its output, and with each state of its progress bar. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Further folders to search. */
  readonly folders?: readonly string[];
}

/**
 * Runs freshclam on a folder: downloads differences, checks ClamAV's digital signature of each set and that the
 * engine loads it. `update` throws InvalidConfiguration for a download that the options do not allow.
 */
export function freshclam(options: FreshclamOptions): DefinitionsMirror {
  const { mirror, customUrls, folders = FRESHCLAM_FOLDERS } = options;
  const binary = options.binary ?? findExecutable('freshclam', options.searchPath, folders);
  const customNames = new Set(customUrls.map(downloadedName));
  return {
    wants: (name) => customNames.has(name) || (mirror !== null && isOfficial(name)),
    async update(folder) {
      const [refused] = refusedDownloads(options);
      if (refused !== undefined) throw new InvalidConfiguration(`${refused.value} ${refused.message}`);
      if (binary === undefined) {
        throw new InvalidConfiguration('freshclam is not installed: apt-get install clamav-freshclam (Debian, Ubuntu)');
      }
      const file = writeFreshclamConfiguration(folder, options);
      const args = [`--config-file=${file}`, '--stdout', ...(options.onLine === undefined ? [] : ['--show-progress'])];
      const problem = problemOf(await run(binary, args, options), options);
      if (problem !== undefined) throw new DefinitionsUpdateFailed(problem);
    },
  };
}

/**
 * freshclam follows redirects, from https to http too, and no setting of it prevents that. libcurl sends only requests
 * by http to this proxy, which nothing answers; a machine's `no_proxy` would exempt hosts.
 */
const NOWHERE = 'http://127.0.0.1:9';

/** Proxies and certificates of the machine. */
const NETWORK_SETTINGS = /^(?:CURL_CA_BUNDLE|SSL_CERT_(?:FILE|DIR)|(?:https?|all|no)_proxy)$/i;

function networkSettings(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => NETWORK_SETTINGS.test(name)));
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly late: boolean;
}

/** freshclam's own message about why not everything is up to date; undefined when everything is. */
function problemOf({ code, output, late }: Ended, { milliseconds }: FreshclamOptions): string | undefined {
  const until = COOL_DOWN.exec(output)?.[1];
  const errors = output.match(/^ERROR: .*/gm)?.join('; ') ?? output.trim().split('\n').at(-1);
  if (late) return `freshclam did not finish within ${milliseconds} ms: ${errors}`;
  if (until !== undefined) return `the mirror accepts no requests before ${until}: ${errors}`;
  return code === 0 ? undefined : `freshclam ended with ${code}: ${errors}`;
}

function run(binary: string, args: readonly string[], options: FreshclamOptions): Promise<Ended> {
  const { searchPath, milliseconds, signal, onLine } = options;
  return new Promise((resolve, reject) => {
    const https = options.allowInsecureMirror === true ? {} : { http_proxy: NOWHERE };
    const child = spawnBound(binary, args, searchPath, { ...networkSettings(process.env), ...https });
    let output = '';
    let late = false;
    const end = deadline(milliseconds, () => {
      late = true;
      child.kill('SIGKILL');
    });
    const keep = (chunk: Buffer) => {
      if (onLine !== undefined) for (const line of linesOf(chunk)) onLine(line);
      output = (output + chunk.toString('latin1')).slice(-OUTPUT_CHARACTERS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const abort = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', abort);
    const settled = () => {
      end();
      signal?.removeEventListener('abort', abort);
    };
    child.once('error', (fault) => {
      settled();
      reject(new DefinitionsUpdateFailed(`cannot run freshclam: ${fault.message}`, { cause: fault }));
    });
    child.once('close', (code) => {
      settled();
      resolve({ code, output, late });
    });
  });
}

/** Without the sequences that turn a terminal's line wrap off and on. */
function linesOf(chunk: Buffer): string[] {
  return stripVTControlCharacters(chunk.toString('latin1'))
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
