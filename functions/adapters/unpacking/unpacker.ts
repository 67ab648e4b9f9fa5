import { mkdirSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type ByteSource, memorySource, sliceOf } from '../../domain/containers/byte-source.ts';
import type { ContainerFormat } from '../../domain/containers/container-format.ts';
import { ambiguous, overLimit } from '../../domain/containers/unaccounted.ts';
import type { Opened, Unpacker } from '../../domain/containers/unpacker.ts';
import { ScratchFull } from '../../domain/errors.ts';
import { decodeMember, IN_MEMORY_BYTES, type Sink } from './decoders.ts';
import { type FileSource, fileSource } from './file-source.ts';
import { decodeGzip } from './gzip.ts';
import { decodeLzip } from './lzip.ts';
import { readPdf } from './pdf/pdf-streams.ts';
import type { ReaderPool } from './reader-pool.ts';
import { extractWithSevenZip } from './seven-zip.ts';
import { letOthersIn } from './turns.ts';

export interface UnpackLimits {
  /** Of everything that is unpacked, bytes. */
  readonly bytes: number;
  /** Whether it is the disk that allows no more: then another attempt may have more room. */
  readonly byDisk: boolean;
  readonly files: number;
  /** Of a reader's own memory, bytes. */
  readonly memoryBytes: number;
}

export interface UnpackerOptions {
  /** Folder for what is unpacked; made when there is something, and removed at the end. */
  readonly folder: string;
  readonly pool: ReaderPool;
  readonly limits: UnpackLimits;
  /** Milliseconds that are left for the object. */
  readonly remaining: () => number;
}

/** Unpacks one object's contents into a folder. */
export interface ObjectUnpacker extends Unpacker {
  /** The files that the engine is to scan on their own. */
  readonly toScan: readonly string[];
  close(): Promise<void>;
}

export function createUnpacker({ folder, pool, limits, remaining }: UnpackerOptions): ObjectUnpacker {
  const toScan = new Set<string>();
  let paths = new WeakMap<ByteSource, string>();
  let made = false;
  let count = 0;
  let unpacked = 0;
  /** Milliseconds in which readers were busy with other objects. */
  let waited = 0;

  const left = () => remaining() + waited;

  function nextPath(): string {
    if (!made) makeFolder(folder);
    made = true;
    return join(folder, String(count++));
  }

  /** Counts bytes that are written, and looks at the clock. */
  function spend(bytes: number): void {
    unpacked += bytes;
    if (unpacked > limits.bytes) throw overBytes();
    lookAtClock();
  }

  function lookAtClock(): void {
    if (left() <= 0) throw overLimit('time');
  }

  const overBytes = () =>
    limits.byDisk ? new ScratchFull(`no room to unpack more than ${limits.bytes} bytes`) : overLimit('size');

  /** The source that `decode` fills: in memory while it is small. */
  async function decoded(decode: (sink: Sink) => Promise<void>): Promise<ByteSource> {
    const chunks: Buffer[] = [];
    let size = 0;
    let spilled: { path: string; write(bytes: Buffer): Promise<void>; close(): Promise<void> } | undefined;
    try {
      await decode({
        async write(bytes) {
          spend(bytes.length);
          size += bytes.length;
          await letOthersIn();
          if (spilled === undefined && size <= IN_MEMORY_BYTES) {
            chunks.push(bytes);
            return;
          }
          spilled ??= await newFile(nextPath(), chunks.splice(0));
          await spilled.write(bytes);
        },
      });
    } finally {
      await spilled?.close();
    }
    if (spilled !== undefined) return fileSource(spilled.path);
    const [only] = chunks;
    return memorySource(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks));
  }

  /** Path of a file that holds this source and nothing else. */
  async function pathOf(source: ByteSource): Promise<string> {
    const known = isFile(source) ? source.path : paths.get(source);
    if (known !== undefined) return known;
    const path = nextPath();
    paths.set(source, path);
    const file = await newFile(path, []);
    try {
      for (let at = 0; at < source.size; at += IN_MEMORY_BYTES) {
        const bytes = await source.read(at, at + IN_MEMORY_BYTES);
        spend(bytes.length);
        await file.write(bytes);
      }
    } finally {
      await file.close();
    }
    return path;
  }

  async function extract(source: ByteSource, format: ContainerFormat): Promise<Opened> {
    const input = { path: await pathOf(source), size: source.size };
    const into = nextPath();
    makeFolder(into);
    const {
      leaves,
      problem,
      opened: isOpen,
      behind,
    } = await extractWithSevenZip(pool, input, into, format, {
      bytes: Math.max(0, limits.bytes - unpacked),
      files: limits.files,
      milliseconds: Math.max(0, left()),
      onTurn: (milliseconds) => {
        waited += milliseconds;
      },
      memoryBytes: limits.memoryBytes,
    });
    if (limits.byDisk && problem?.finding === overLimit('size').finding) throw overBytes();
    const sources = leaves.map(fileSource);
    unpacked += sources.reduce((sum, { size }) => sum + size, 0);
    return { leaves: sources, problem, opened: isOpen, behind: sliceOf(source, source.size - behind, source.size) };
  }

  /** One stream of LZMA, which the reader must find complete. */
  async function decodeLzma(stream: ByteSource): Promise<ByteSource> {
    const { leaves, problem, behind } = await extract(stream, LZMA);
    if (problem !== null) throw problem;
    const [content = memorySource(Buffer.alloc(0))] = leaves;
    if (leaves.length > 1 || behind.size > 0) throw ambiguous('lzip-broken');
    return content;
  }

  async function clear(): Promise<void> {
    if (made) await rm(folder, { recursive: true, force: true });
    made = false;
  }

  return {
    crc32: (bytes, before) => crc32(bytes, before),
    inflate: (source, member) => decoded((sink) => decodeMember(source, member, sink)),

    async gunzip(source) {
      let members = 0;
      const content = await decoded(async (sink) => {
        members = await decodeGzip(source, sink);
      });
      return { content, members };
    },

    lunzip: (source) => decoded((sink) => decodeLzip(source, sink, decodeLzma)),

    extract,

    pdfStreams: (source) => readPdf(source, decoded),

    collect: (parts) =>
      decoded(async (sink) => {
        for await (const bytes of parts) await sink.write(bytes);
      }),

    async takeTurn() {
      await letOthersIn();
      lookAtClock();
    },

    async scan(source) {
      toScan.add(await pathOf(source));
    },

    async restart() {
      await clear();
      toScan.clear();
      paths = new WeakMap();
      unpacked = 0;
    },

    get toScan() {
      return [...toScan];
    },

    close: clear,
  };
}

const LZMA: ContainerFormat = { name: 'lzip', reader: 'seven-zip', type: 'lzma', certain: true };

const isFile = (source: ByteSource): source is FileSource => 'path' in source;

function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (fault) {
    throw asScratchFull(fault);
  }
}

function asScratchFull(fault: unknown): unknown {
  const { code, message } = fault as NodeJS.ErrnoException;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return full ? new ScratchFull(`no room to unpack: ${message}`, { cause: fault }) : fault;
}

async function newFile(path: string, before: readonly Buffer[]) {
  const file = await open(path, 'wx', 0o600);
  const write = async (bytes: Buffer) => {
    try {
      await file.writeFile(bytes);
    } catch (fault) {
      throw asScratchFull(fault);
    }
  };
  for (const bytes of before) await write(bytes);
  return { path, write, close: () => file.close() };
}
