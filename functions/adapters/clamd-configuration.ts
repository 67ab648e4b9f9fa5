import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidConfiguration } from '../domain/errors.ts';

export interface ClamdSettings {
  /** The directives that hold everywhere: infra/scanner/clamd.conf. */
  readonly configuration: string;
  /** Folder of the signature files; read, never written. */
  readonly definitions: string;
  /** Bytes; larger files, and larger members of archives, are reported as over the limits. */
  readonly maxObjectBytes: number;
  /** After this long clamd gives up on a file and reports it as over the limits. */
  readonly maxScanMilliseconds: number;
}

/** `sun_path` of Linux, less its terminating NUL; 104 in all on macOS. */
const MAX_SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103;

/** Contents of archives count again: 1.5 GB of random bytes need 3 GB, an archive its own size and all it holds. */
const MIN_SCAN_BYTES = 4000 * 1024 * 1024;

/**
 * Fills a private folder with what one clamd needs.
 *
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
  writeFileSync(join(database, 'airlock-limits.cdb'), memberSizeSignature(settings.maxObjectBytes));
  writeFileSync(join(database, 'airlock-limits.ndb'), memberMethodSignature());

  const file = join(folder, 'clamd.conf');
  const derived = {
    DatabaseDirectory: database,
    LocalSocket: socket,
    TemporaryDirectory: temporary,
    MaxFileSize: settings.maxObjectBytes,
    StreamMaxLength: settings.maxObjectBytes,
    MaxScanSize: Math.max(MIN_SCAN_BYTES, 3 * settings.maxObjectBytes),
    MaxScanTime: settings.maxScanMilliseconds,
  };
  const lines = Object.entries(derived).map(([directive, value]) => `${directive} ${value}\n`);
  writeFileSync(file, `${readFileSync(settings.configuration, 'utf8')}\n${lines.join('')}`);
  return { file, socket };
}

/** A view of the set as it is now, which files added meanwhile do not change. */
function linkDefinitions(definitions: string, database: string): void {
  mkdirSync(database);
  const source = realpathSync(resolve(definitions));
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    if (!entry.isDirectory()) symlinkSync(join(source, entry.name), join(database, entry.name));
  }
}

/*
 * ClamAV 1.4.6 calls a zip clean whose members it has not looked at in whole: sizes in ZIP64 fields are
 * not read (0xFFFFFFFF in their place), members over MaxFileSize are cut off, unknown methods skipped.
 * These signatures see such members at any depth; their names put them with clamd's own limits, reported
 * only where no real signature is.
 * @see https://github.com/Cisco-Talos/clamav/issues/1527 https://github.com/Cisco-Talos/clamav/pull/1832
 * @see https://docs.clamav.net/manual/Signatures/ContainerMetadata.html
 */
function memberSizeSignature(maxObjectBytes: number): string {
  return `Heuristics.Limits.Exceeded.ZipMemberSize:CL_TYPE_ZIP:*:*:*:${maxObjectBytes + 1}-4294967295:*:*:*:*\n`;
}

/** Every compression method but those that ClamAV unpacks: stored, imploded, deflated, deflate64, bzip2; 99 is AES. */
function memberMethodSignature(): string {
  const methods = [1, 2, 3, 4, 5, 7, 10, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98];
  const hex = methods.map((method) => method.toString(16).padStart(2, '0')).join('|');
  return `Heuristics.Limits.Exceeded.ZipMethod:0:*:504b0304????????(${hex})00\n`;
}
