import { crc32 } from 'node:zlib';
import { type ByteSource, memorySource, sliceOf } from '../../domain/containers/byte-source.ts';
import type { ContainerFormat } from '../../domain/containers/container-format.ts';
import { ambiguous, overLimit } from '../../domain/containers/unaccounted.ts';
import type { Opened, Unpacker } from '../../domain/containers/unpacker.ts';
import { Budget, type UnpackLimits } from './budget.ts';
import { decodedSource, fileOf } from './decoded-source.ts';
import { decodeMember, type Sink } from './decoders.ts';
import { type FileSource, fileSource } from './file-source.ts';
import { decodeGzip } from './gzip.ts';
import { decodeLzip } from './lzip.ts';
import { readPdf } from './pdf/pdf-streams.ts';
import type { ReaderPool } from './reader-pool.ts';
import { scratchFolder } from './scratch-folder.ts';
import { extractWithSevenZip } from './seven-zip.ts';
import { letOthersIn } from './turns.ts';

export interface UnpackerOptions {
  /** Folder for what is unpacked; made when there is something, and removed at the end. */
  readonly folder: string;
  readonly pool: ReaderPool;
  readonly limits: UnpackLimits;
  /** Milliseconds that are left for the object. */
  readonly remaining: () => number;
  /** Ends it: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Unpacks one object's contents into a folder. */
export interface ObjectUnpacker extends Unpacker {
  /** The files that the engine is to scan on their own. */
  readonly toScan: readonly string[];
  close(): Promise<void>;
}

const LZMA: ContainerFormat = { name: 'lzip', reader: 'seven-zip', type: 'lzma', certain: true };

const isFile = (source: ByteSource): source is FileSource => 'path' in source;

export function createUnpacker({ folder, pool, limits, remaining, signal }: UnpackerOptions): ObjectUnpacker {
  const scratch = scratchFolder(folder);
  const budget = new Budget(limits, remaining, signal);
  const toScan = new Set<string>();
  let paths = new WeakMap<ByteSource, string>();

  const decoded = (decode: (sink: Sink) => Promise<void>) => decodedSource(decode, scratch, budget);

  /** Path of a file that holds this source and nothing else. */
  async function pathOf(source: ByteSource): Promise<string> {
    const known = isFile(source) ? source.path : paths.get(source);
    if (known !== undefined) return known;
    const path = await fileOf(source, scratch, budget);
    paths.set(source, path);
    return path;
  }

  async function extract(source: ByteSource, format: ContainerFormat): Promise<Opened> {
    const input = { path: await pathOf(source), size: source.size };
    // The reader is told at the beginning how much it may write.
    budget.widen();
    const { leaves, problem, behind, ...rest } = await extractWithSevenZip(pool, input, scratch.newFolder(), format, {
      bytes: budget.bytes,
      files: limits.files,
      milliseconds: budget.milliseconds,
      onTurn: (waited) => budget.addTime(waited),
      memoryBytes: limits.memoryBytes,
      signal,
    });
    if (budget.byDisk && problem?.finding === overLimit('size').finding) throw budget.overBytes();
    const sources = leaves.map(fileSource);
    for (const { size } of sources) budget.count(size);
    return { ...rest, leaves: sources, problem, behind: sliceOf(source, source.size - behind, source.size) };
  }

  /** One stream of LZMA, which the reader must find complete. */
  async function decodeLzma(stream: ByteSource): Promise<ByteSource> {
    const { leaves, problem, behind } = await extract(stream, LZMA);
    if (problem !== null) throw problem;
    const [content = memorySource(Buffer.alloc(0))] = leaves;
    if (leaves.length > 1 || behind.size > 0) throw ambiguous('lzip-broken');
    return content;
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
      budget.lookAtClock();
    },

    async scan(source) {
      toScan.add(await pathOf(source));
    },

    async restart() {
      await scratch.clear();
      toScan.clear();
      paths = new WeakMap();
      budget.forgetBytes();
    },

    get toScan() {
      return [...toScan];
    },

    close: () => scratch.clear(),
  };
}
