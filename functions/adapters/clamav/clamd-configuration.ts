import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidConfiguration } from '../../domain/errors.ts';
import { maxUnpackedBytes } from '../../domain/scan-policy.ts';
import { writeLimitSignatures } from './limit-signatures.ts';

export interface ClamdSettings {
  /** The directives that apply everywhere: infra/scanner/clamd.conf. */
  readonly configuration: string;
  /** Folder of the definitions; read, never written. */
  readonly definitions: string;
  /** Bytes; larger files, and larger members of archives, are reported as over the limits. */
  readonly maxObjectBytes: number;
  /** After this time clamd stops scanning a file and reports it as over the limits. */
  readonly maxScanMilliseconds: number;
  /** File for what clamd does not print, such as how many signatures it has loaded. */
  readonly log?: string | undefined;
}

/** `sun_path` on Linux without its terminating NUL; on macOS 104 bytes with it. */
const MAX_SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103;

/**
 * Writes the files that one clamd needs to a private folder.
 * @throws InvalidConfiguration when the folder's path is too long for a Unix socket
 */
export function writeClamdConfiguration(folder: string, settings: ClamdSettings): { file: string; socket: string } {
  const socket = join(folder, 's');
  if (Buffer.byteLength(socket) > MAX_SOCKET_PATH_BYTES) {
    throw new InvalidConfiguration(`a Unix socket's path is at most ${MAX_SOCKET_PATH_BYTES} bytes long: ${socket}`);
  }
  const temporary = join(folder, 'tmp');
  const database = join(folder, 'db');
  mkdirSync(temporary);
  linkDefinitions(settings.definitions, database);
  writeLimitSignatures(database, settings.maxObjectBytes);

  const file = join(folder, 'clamd.conf');
  const derived = {
    DatabaseDirectory: database,
    LocalSocket: socket,
    TemporaryDirectory: temporary,
    MaxFileSize: settings.maxObjectBytes,
    StreamMaxLength: settings.maxObjectBytes,
    MaxScanSize: maxUnpackedBytes(settings.maxObjectBytes),
    MaxScanTime: settings.maxScanMilliseconds,
    ...(settings.log !== undefined && { LogFile: settings.log }),
  };
  const lines = Object.entries(derived).map(([directive, value]) => `${directive} ${value}\n`);
  writeFileSync(file, `${readFileSync(settings.configuration, 'utf8')}\n${lines.join('')}`);
  return { file, socket };
}

/** A snapshot of the definitions; files added later do not change it. */
function linkDefinitions(definitions: string, database: string): void {
  mkdirSync(database);
  const source = realpathSync(resolve(definitions));
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    if (!entry.isDirectory()) symlinkSync(join(source, entry.name), join(database, entry.name));
  }
}
