import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { isOfficial, isSignatureFile } from '../../domain/definitions/signature-files.ts';
import { DefinitionsUnavailable } from '../../domain/errors.ts';
import { assertDetection } from './detection.ts';
import { headerOf } from './header.ts';

const READ_BYTES = 4 * 1024 * 1024;

/** How versions of test definitions begin. */
export const TEST = 'test-';

/** One set of definitions. */
export interface Definitions {
  /**
   * ClamAV's version of the daily set, `local-<8 hex digits>` for custom definitions, or both; `test-<8 hex digits>`
   * where definitions that detect nothing but EICAR are allowed.
   */
  readonly version: string;
  readonly directory: string;
}

/** Where definitions come from. */
export interface DefinitionsSource {
  /**
   * The definitions to scan with now; called before every scan, so it must be cheap while nothing changes.
   * @throws DefinitionsUnavailable when there is none
   */
  current(): Promise<Definitions>;
  /**
   * Called with the definitions that the engine has loaded, also when it refused newer ones; all other files may be
   * removed.
   */
  inForce?(definitions: Definitions): void;
  /** Removes the files. */
  close?(): void;
}

/**
 * A folder on this machine that may change at any time.
 * @param testSignatures whether it may detect nothing but EICAR
 */
export function directoryDefinitions(directory: string, testSignatures = false): DefinitionsSource {
  let known: { fingerprint: string; definitions: Definitions } | undefined;
  return {
    async current() {
      const names = definitionsFiles(directory);
      const fingerprint = names.map((name) => fileState(join(directory, name))).join('\n');
      if (known?.fingerprint !== fingerprint) {
        if (!testSignatures) await assertDetection(directory, names);
        const version = await versionOf(directory, names);
        known = { fingerprint, definitions: { version: testSignatures ? testVersion(version) : version, directory } };
      }
      return known.definitions;
    },
  };
}

/**
 * Not asynchronous, as before every scan: Node's threads would take many times as long for so few files.
 * @throws DefinitionsUnavailable when there is none
 */
export function definitionsFiles(directory: string): string[] {
  const signatures = namesIn(directory).filter(isSignatureFile).sort();
  if (signatures.length === 0) throw new DefinitionsUnavailable(`no definitions in ${directory}`);
  return signatures;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (fault) {
    throw new DefinitionsUnavailable(`no definitions folder: ${(fault as Error).message}`, { cause: fault });
  }
}

function fileState(path: string): string {
  const { size, mtimeMs, ino } = stateOf(path);
  return `${path} ${size} ${mtimeMs} ${ino}`;
}

function stateOf(path: string): { size: number; mtimeMs: number; ino: number } {
  try {
    return statSync(path);
  } catch {
    return { size: 0, mtimeMs: 0, ino: 0 };
  }
}

async function versionOf(directory: string, names: readonly string[]): Promise<string> {
  const daily = names.find((name) => name.startsWith('daily.') && isOfficial(name));
  const official = daily ?? names.find(isOfficial);
  const custom = names.filter((name) => !isOfficial(name));
  const parts = [
    ...(official === undefined ? [] : [await numberOf(join(directory, official))]),
    ...(custom.length === 0 ? [] : [await checksumOf(directory, custom)]),
  ];
  return parts.join('+');
}

/** Differs whenever the version does, so that a rescan of what is `stale` finds it. */
export function testVersion(version: string): string {
  if (version.startsWith(TEST)) return version;
  return `${TEST}${createHash('sha256').update(version).digest('hex').slice(0, 8)}`;
}

async function numberOf(path: string): Promise<string> {
  return (await headerOf(path))[2]?.match(/^\d+$/)?.[0] ?? 'unknown';
}

/**
 * A checksum tells versions apart as well as eight digits of a digest would, and a cold start waits for it: 0.1 s for
 * 250 MB, where SHA-256 takes seconds.
 */
async function checksumOf(directory: string, names: readonly string[]): Promise<string> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let checksum = 0;
  for (const name of names) {
    checksum = crc32(`${name}\n`, checksum);
    const file = await open(join(directory, name));
    try {
      for (let read = await file.read(buffer); read.bytesRead > 0; read = await file.read(buffer)) {
        checksum = crc32(buffer.subarray(0, read.bytesRead), checksum);
      }
    } finally {
      await file.close();
    }
  }
  return `local-${checksum.toString(16).padStart(8, '0')}`;
}
