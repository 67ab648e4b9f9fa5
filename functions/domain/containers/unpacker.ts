import type { ByteSource } from './byte-source.ts';
import type { ContainerFormat } from './container-format.ts';
import type { Crc32 } from './embedded-archive.ts';
import type { Unaccounted } from './unaccounted.ts';
import type { ZipMember } from './zip-structure.ts';

/** What a second reader made of a container. */
export interface Opened {
  readonly leaves: readonly ByteSource[];
  /** Why these may not be all. */
  readonly problem: Unaccounted | null;
  /** False where it is no container at all. */
  readonly opened: boolean;
  /** The bytes behind its end. */
  readonly behind: ByteSource;
}

/** A piece of a PDF's content, or why there is none. */
export type PdfPart =
  | {
      readonly content: ByteSource;
      /** Whether the engine gets to it through the PDF. */
      readonly reached: boolean;
    }
  | { readonly problem: Unaccounted };

/** A range of a file; the byte at `end` is not in it. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** What a PDF is made of. */
export interface PdfContents {
  /** `opened` where the empty password opens it, so that it only restricts what may be done with it. */
  readonly encryption: 'none' | 'opened' | 'locked';
  /** Where the streams are. */
  readonly streams: readonly Extent[];
  parts(): AsyncIterable<PdfPart>;
}

/** Decoders and second readers. Each may throw Unaccounted, for a limit, and ScratchFull. */
export interface Unpacker {
  readonly crc32: Crc32;
  /** The member's content. @throws Unaccounted when data, size or checksum are not as told */
  inflate(source: ByteSource, member: ZipMember): Promise<ByteSource>;
  /** All members of a gzip file, one after another, and how many there were. */
  gunzip(source: ByteSource): Promise<{ readonly content: ByteSource; readonly members: number }>;
  /** All members of an lzip file, one after another. */
  lunzip(source: ByteSource): Promise<ByteSource>;
  /** Everything that 7-Zip extracts. */
  extract(source: ByteSource, format: ContainerFormat): Promise<Opened>;
  /** Every stream of a PDF, in every revision. */
  pdfStreams(source: ByteSource): Promise<PdfContents>;
  /** Keeps what is decoded elsewhere. */
  collect(parts: AsyncIterable<Buffer>): Promise<ByteSource>;
  /** Lets other objects have a turn, for work that never waits. @throws Unaccounted when the time is over */
  takeTurn(): Promise<void>;
  /** Marks a source to be scanned by the engine on its own. */
  scan(source: ByteSource): Promise<void>;
  /** Forgets and removes everything: another walk begins. */
  restart(): Promise<void>;
}
