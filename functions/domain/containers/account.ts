import { base64Containers } from './base64-content.ts';
import { type ByteSource, memorySource, prefixed, sliceOf } from './byte-source.ts';
import { type ContainerFormat, containerFormat, FORMAT_HEAD_BYTES } from './container-format.ts';
import { type Crc32, findEmbeddedArchive } from './embedded-archive.ts';
import { encryptionMarker } from './encryption-markers.ts';
import { isExecutable } from './executables.ts';
import { packagedFile } from './ole-package.ts';
import { emptyTarMember, isPlainlyTar, readTarStructure } from './tar-structure.ts';
import { ambiguous, encrypted, overLimit, Unaccounted, unsupported } from './unaccounted.ts';
import { readZipStructure, type ZipMember } from './zip-structure.ts';
import { skippedByZstd } from './zstd-frames.ts';

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

/** What a PDF is made of. */
/** A range of a file; the byte at `end` is not in it. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

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
  /** Marks a source to be scanned by the engine on its own. */
  scan(source: ByteSource): Promise<void>;
}

export interface AccountLimits {
  readonly files: number;
  readonly depth: number;
  /** The engine takes a container that holds more than this many bytes only in parts. */
  readonly wholeBytes: number;
  /** Formats that are not opened, although they could be. */
  readonly unopened?: readonly string[];
}

export interface Account {
  /** Why not every byte is accounted for; in the order in which it was found. */
  readonly findings: readonly string[];
  /** False where the engine must not be given the file itself: it would take too much memory. */
  readonly whole: boolean;
  /** Formats whose containers were all opened, among those that the engine may not open. */
  readonly opened: ReadonlySet<string>;
}

/** Formats whose compressed content the engine unpacks in memory. */
const UNPACKED_IN_MEMORY = new Set(['7z', 'rar', 'xz', 'lzma']);
/** What is text shows no NUL here. */
const TEXT_HEAD_BYTES = 4096;
const ORDINARY_METHODS = new Set([0, 8]);
const UNKNOWN_FORMAT: ContainerFormat = { name: 'archive', reader: 'seven-zip', certain: false };

/**
 * Accounts for every byte of a file and of everything in it: what the engine reaches by itself in an ordinary
 * container is left to it, everything else is handed to it on its own, and what nobody can open is a finding.
 *
 * @throws what the unpacker throws, but for Unaccounted, which is a finding
 */
export async function accountFor(file: ByteSource, unpacker: Unpacker, limits: AccountLimits): Promise<Account> {
  for (const whole of [true, false]) {
    const findings: string[] = [];
    try {
      const walk = new Walk(unpacker, limits, findings, whole);
      await walk.visit(file, 0, whole);
      return { findings, whole, opened: walk.opened };
    } catch (fault) {
      if (!(fault instanceof TooHeavy)) throw fault;
    }
  }
  throw new Error('unreachable: a walk in parts is never too heavy');
}

/**
 * LZMA's old format has no magic number, and much begins like it. Nothing is lost: it is one stream, so that nobody
 * reads on where 7-Zip could not.
 */
function isMistaken({ name, certain }: ContainerFormat, { finding }: Unaccounted): boolean {
  return name === 'lzma' && !certain && finding === ambiguous('lzma-broken').finding;
}

/** Somewhere inside is what the engine must not unpack: then it gets no container that leads there. */
class TooHeavy extends Error {}

class Walk {
  readonly #unpacker: Unpacker;
  readonly #limits: AccountLimits;
  readonly #findings: string[];
  readonly #whole: boolean;
  readonly #opened = new Set<string>();
  readonly #locked = new Set<string>();
  #files = 0;

  constructor(unpacker: Unpacker, limits: AccountLimits, findings: string[], whole: boolean) {
    this.#unpacker = unpacker;
    this.#limits = limits;
    this.#findings = findings;
    this.#whole = whole;
  }

  /** One that stayed shut counts for all of its format. */
  get opened(): ReadonlySet<string> {
    return new Set([...this.#opened].filter((format) => !this.#locked.has(format)));
  }

  /**
   * @param reached whether the engine gets to this content through what it was given already
   * @param stream whether this is a stream of an Office document, which may hold a zip: its theme
   */
  async visit(source: ByteSource, depth: number, reached: boolean, stream = false): Promise<void> {
    if (source.size === 0) return;
    try {
      this.#files += 1;
      if (this.#files > this.#limits.files) throw overLimit('files');
      if (depth > this.#limits.depth) throw overLimit('depth');
      const head = await source.read(0, FORMAT_HEAD_BYTES);
      const format = containerFormat(head);
      if (format === null) await this.#plain(source, head, depth, reached, stream);
      else await this.#container(source, format, head, depth, reached);
    } catch (fault) {
      if (!(fault instanceof Unaccounted)) throw fault;
      // What is left of it is scanned all the same: a signature wins over any finding.
      if (!reached) await this.#unpacker.scan(source);
      this.#findings.push(fault.finding);
    }
  }

  async #container(
    source: ByteSource,
    format: ContainerFormat,
    head: Buffer,
    depth: number,
    reached: boolean,
    excluded: readonly string[] = [],
  ): Promise<void> {
    if (this.#limits.unopened?.includes(format.name)) throw unsupported(format.name);
    switch (format.reader) {
      case 'zip':
        return this.#zip(source, depth, reached);
      case 'tar':
        return this.#tar(source, depth, reached);
      case 'gzip':
        return this.#gzip(source, depth, reached);
      case 'lzip':
        return this.#lzip(source, depth, reached);
      case 'compound':
        return this.#compound(source, format, head, depth, reached);
      case 'seven-zip':
        return this.#second(source, format, head, depth, reached, excluded);
      case 'nobody':
        throw unsupported(format.name);
    }
  }

  async #zip(source: ByteSource, depth: number, reached: boolean): Promise<void> {
    const { members, zip64, comment, remarks, signatures } = await readZipStructure(source, this.#limits.files);
    this.#opened.add('zip-directory');
    for (const remark of remarks) {
      const archive = memorySource(remark);
      const embedded = await findEmbeddedArchive(archive, 0, this.#unpacker.crc32);
      if (embedded !== null || containerFormat(remark) !== null) throw ambiguous('zip-extra');
    }
    if (zip64) this.#opened.add('zip64');
    if (!members.every(({ method }) => ORDINARY_METHODS.has(method))) {
      this.#opened.add('zip-method');
      await this.#leavesOf(source, { name: 'zip', reader: 'seven-zip', type: 'zip', certain: true }, depth, reached);
      return;
    }
    const through = await this.#passOn(source, reached);
    for (const member of members) {
      const content = await this.#unpacker.inflate(source, member);
      if (await encryptionMarker(member.name.toString('latin1'), content)) throw encrypted();
      await this.visit(content, depth + 1, through && !zip64);
    }
    // Whatever extractors that look for their own magic number would find there.
    await this.visit(memorySource(comment), depth + 1, false);
    await this.visit(sliceOf(source, signatures.start, signatures.end), depth + 1, false);
  }

  async #tar(source: ByteSource, depth: number, reached: boolean): Promise<void> {
    const { members, uniform } = await readTarStructure(source, this.#limits.files);
    const plainly = isPlainlyTar(await source.read(0, FORMAT_HEAD_BYTES));
    // The engine goes by the first signature that fits: it also gets a copy that is nothing but a tar.
    if (!plainly && uniform && this.#whole) await this.#unpacker.scan(prefixed(emptyTarMember(), source));
    const through = (await this.#passOn(source, reached)) && uniform;
    for (const { start, size } of members) await this.visit(sliceOf(source, start, start + size), depth + 1, through);
  }

  async #gzip(source: ByteSource, depth: number, reached: boolean): Promise<void> {
    const { content, members } = await this.#unpacker.gunzip(source);
    const through = await this.#passOn(source, reached);
    await this.visit(content, depth + 1, through && members === 1);
  }

  async #lzip(source: ByteSource, depth: number, reached: boolean): Promise<void> {
    const content = await this.#unpacker.lunzip(source);
    this.#opened.add('lzip');
    await this.#passOn(source, reached);
    await this.visit(content, depth + 1, false);
  }

  async #compound(source: ByteSource, format: ContainerFormat, head: Buffer, depth: number, reached: boolean) {
    if (await encryptionMarker(null, source)) throw encrypted();
    const through = await this.#passOn(source, reached);
    const { leaves, opened, problem } = await this.#unpacker.extract(source, { ...format, type: 'compound' });
    if (!opened) return this.#plain(source, head, depth, true);
    // Whatever else 7-Zip says about it is noise.
    if (problem !== null && /^limits-exceeded/.test(problem.finding)) this.#findings.push(problem.finding);
    for (const leaf of leaves) {
      await this.visit(await packagedFile(leaf), depth + 1, through, true);
    }
  }

  async #second(
    source: ByteSource,
    format: ContainerFormat,
    head: Buffer,
    depth: number,
    reached: boolean,
    excluded: readonly string[],
  ): Promise<void> {
    if (await encryptionMarker(null, source)) throw encrypted();
    const { opened, problem } = await this.#leavesOf(source, format, depth, reached);
    if (opened && format.name === 'zstd') {
      for (const skipped of await skippedByZstd(source)) await this.visit(skipped, depth + 1, false);
    }
    if (opened && (problem === null || !isMistaken(format, problem))) return;
    // A few bytes that fit by chance, or were made to fit, hide no other format.
    const names = [...excluded, format.name];
    const other = containerFormat(head, names);
    if (other === null) await this.#plain(source, head, depth, reached);
    else await this.#container(source, other, head, depth, reached, names);
  }

  /** Hands each leaf to the engine, and the container too unless it would unpack too much of it in memory. */
  async #leavesOf(source: ByteSource, format: ContainerFormat, depth: number, reached: boolean): Promise<Opened> {
    const result = await this.#unpacker.extract(source, format);
    if (!result.opened) {
      if (format.certain) throw ambiguous(`${format.name}-broken`);
      return result;
    }
    const bytes = result.leaves.reduce((sum, { size }) => sum + size, 0);
    const heavy = UNPACKED_IN_MEMORY.has(format.name) && bytes > this.#limits.wholeBytes;
    if (result.problem === null) this.#opened.add(format.name);
    if (heavy && reached && this.#whole) throw new TooHeavy();
    if (!heavy) await this.#passOn(source, reached);
    await this.#takeApart(format, result, depth);
    return result;
  }

  async #takeApart(format: ContainerFormat, { leaves, problem, behind }: Opened, depth: number): Promise<void> {
    for (const leaf of leaves) await this.visit(leaf, depth + 1, false);
    if (problem !== null && !isMistaken(format, problem)) this.#findings.push(problem.finding);
    await this.#behind(format.name, behind);
  }

  /** What follows an archive, such as a signature: scanned on its own, but it may not be one more archive. */
  async #behind(name: string, rest: ByteSource): Promise<void> {
    let start = 0;
    let head = await rest.read(0, FORMAT_HEAD_BYTES);
    while (head.length > 0 && head.every((byte) => byte === 0)) {
      start += head.length;
      head = await rest.read(start, start + FORMAT_HEAD_BYTES);
    }
    if (head.length === 0) return;
    head = head.subarray(head.findIndex((byte) => byte !== 0));
    const isArchive =
      containerFormat(head) !== null || (await findEmbeddedArchive(rest, 0, this.#unpacker.crc32)) !== null;
    if (isArchive) throw ambiguous(`${name}-suffix`);
    await this.#unpacker.scan(rest);
  }

  /** Content that is no container, but may have one behind it. */
  async #plain(source: ByteSource, head: Buffer, depth: number, reached: boolean, stream = false): Promise<void> {
    if (!reached) await this.#unpacker.scan(source);
    if (head.subarray(0, 1024).includes('%PDF-')) return this.#pdf(source, depth);
    // In binary content nobody looks for base64.
    if (!head.subarray(0, TEXT_HEAD_BYTES).includes(0)) {
      for await (const content of base64Containers(source)) await this.visit(memorySource(content), depth + 1, false);
    }
    const found = await findEmbeddedArchive(source, 0, this.#unpacker.crc32);
    if (found === null) return;
    const archive = sliceOf(source, found.start, found.end);
    if (stream && found.name === 'zip') return this.visit(archive, depth + 1, false);
    if (!isExecutable(head)) throw ambiguous(`${found.name}-behind-content`);
    // A self-extracting archive.
    if (await encryptionMarker(null, archive)) throw encrypted();
    const result = await this.#unpacker.extract(archive, UNKNOWN_FORMAT);
    if (!result.opened) this.#findings.push(ambiguous(`${found.name}-behind-content`).finding);
    else await this.#takeApart(UNKNOWN_FORMAT, result, depth);
  }

  async #pdf(source: ByteSource, depth: number): Promise<void> {
    try {
      const { encryption, streams, parts } = await this.#unpacker.pdfStreams(source);
      if (encryption === 'opened') this.#opened.add('pdf');
      if (encryption === 'locked') {
        this.#locked.add('pdf');
        this.#findings.push(encrypted().finding);
      }
      for await (const part of parts()) {
        if ('problem' in part) this.#findings.push(part.problem.finding);
        else await this.visit(part.content, depth + 1, part.reached);
      }
      await this.#betweenStreams(source, streams);
    } catch (fault) {
      // Whether it was encrypted is not known.
      this.#locked.add('pdf');
      throw fault;
    }
  }

  /** Attachments are in streams, which are visited; an archive anywhere else was put there to be overlooked. */
  async #betweenStreams(source: ByteSource, streams: readonly Extent[]): Promise<void> {
    let from = 0;
    for (;;) {
      const found = await findEmbeddedArchive(source, from, this.#unpacker.crc32);
      if (found === null) return;
      const around = streams.find(({ start, end }) => found.start >= start && found.start < end);
      if (around === undefined) throw ambiguous(`${found.name}-behind-content`);
      from = around.end;
    }
  }

  /** Whether the engine reaches what is inside, once it has the container, which is given to it if it must be. */
  async #passOn(source: ByteSource, reached: boolean): Promise<boolean> {
    if (!reached && this.#whole) await this.#unpacker.scan(source);
    return this.#whole;
  }
}
