import type { ActiveContent } from '../active-content.ts';
import { type ByteSource, prefixed, sliceOf } from './byte-source.ts';
import { type ContainerFormat, containerFormats, FORMAT_HEAD_BYTES } from './container-format.ts';
import { visitPackage } from './package-content.ts';
import { visitPlain } from './plain-content.ts';
import { opensWithSevenZip } from './second-reader.ts';
import { emptyTarMember, isPlainlyTar, readTarStructure } from './tar-structure.ts';
import { ambiguous, overLimit, Unaccounted, unsupported } from './unaccounted.ts';
import type { Unpacker } from './unpacker.ts';
import { type Place, TooHeavy, type Walk, type WalkLimits } from './walk.ts';
import { visitZip } from './zip-content.ts';

/** Images of disks lie over one another, as an ISO that is also one of a hard disk; all of them are opened. */
const DISK_IMAGES = new Set(['iso', 'udf', 'fat', 'gpt', 'hfs', 'apfs', 'ext', 'ntfs']);

export class FileWalk implements Walk {
  readonly unpacker: Unpacker;
  readonly limits: WalkLimits;
  readonly findings: string[] = [];
  readonly whole: boolean;
  readonly apart: boolean;
  heavy = 0;
  readonly active = new Set<ActiveContent>();
  /** What is active in the file itself, not in one that it holds. */
  readonly activeAtTop = new Set<ActiveContent>();
  readonly #opened = new Set<string>();
  readonly #locked = new Set<string>();
  #files = 0;

  constructor(unpacker: Unpacker, limits: WalkLimits, whole: boolean, apart = false) {
    this.unpacker = unpacker;
    this.limits = limits;
    this.whole = whole;
    this.apart = apart;
  }

  /** One that stayed shut counts for all of its format. */
  get opened(): ReadonlySet<string> {
    return new Set([...this.#opened].filter((format) => !this.#locked.has(format)));
  }

  hasOpened(format: string): void {
    this.#opened.add(format);
  }

  foundLocked(format: string): void {
    this.#locked.add(format);
  }

  foundHeavy(reached: boolean): void {
    this.heavy += 1;
    if (reached && this.whole) throw new TooHeavy();
  }

  foundActive(active: Iterable<ActiveContent>, depth: number): void {
    for (const kind of active) {
      this.active.add(kind);
      if (depth === 0) this.activeAtTop.add(kind);
    }
  }

  report({ finding }: Unaccounted): void {
    if (!this.findings.includes(finding)) this.findings.push(finding);
  }

  async visit(source: ByteSource, depth: number, reached: boolean, stream = false): Promise<void> {
    try {
      this.#files += 1;
      if (this.#files > this.limits.files) throw overLimit('files');
      if (source.size === 0) return;
      if (depth > this.limits.depth) throw overLimit('depth');
      await this.unpacker.takeTurn();
      await this.#content(source, { depth, reached, stream });
    } catch (fault) {
      if (!(fault instanceof Unaccounted)) throw fault;
      // What is left of it is scanned all the same: a signature wins over any finding.
      if (!reached) await this.unpacker.scan(source);
      this.report(fault);
    }
  }

  /** In every format that it may have; nobody knows which one its reader takes it for when two of them open. */
  async #content(source: ByteSource, place: Place): Promise<void> {
    const head = await source.read(0, FORMAT_HEAD_BYTES);
    const formats = containerFormats(head);
    const opened = formats.filter(({ certain }) => certain);
    for (const format of formats.filter(({ certain }) => !certain)) {
      // A few bytes that fit by chance, or were made to fit, hide no other format.
      if (await opensWithSevenZip(this, source, format, place)) opened.push(format);
    }
    const names = [...new Set(opened.map(({ name }) => name))];
    if (names.length > 1 && !names.every((name) => DISK_IMAGES.has(name))) {
      throw ambiguous(`${names[0]}-and-${names[1]}`);
    }
    if (names.length === 0) await visitPlain(this, source, head, place);
    for (const format of opened.filter(({ certain }) => certain)) await this.#container(source, format, head, place);
  }

  async #container(source: ByteSource, format: ContainerFormat, head: Buffer, place: Place): Promise<void> {
    if (this.limits.unopened?.includes(format.name)) throw unsupported(format.name);
    switch (format.reader) {
      case 'zip':
        return visitZip(this, source, place);
      case 'tar':
        return this.#tar(source, head, place);
      case 'gzip':
        return this.#gzip(source, place);
      case 'lzip':
        return this.#lzip(source, place);
      case 'compound':
        return visitPackage(this, source, format, head, place);
      case 'seven-zip':
        await opensWithSevenZip(this, source, format, place);
        return;
      case 'nobody':
        throw unsupported(format.name);
    }
  }

  async #tar(source: ByteSource, head: Buffer, { depth, reached }: Place): Promise<void> {
    const { members, uniform } = await readTarStructure(source, this.limits.files);
    // The engine goes by the first signature that fits: it also gets a copy that is nothing but a tar.
    if (!isPlainlyTar(head) && uniform && this.whole) await this.unpacker.scan(prefixed(emptyTarMember(), source));
    const through = (await this.passOn(source, reached)) && uniform;
    for (const { start, size } of members) await this.visit(sliceOf(source, start, start + size), depth + 1, through);
  }

  async #gzip(source: ByteSource, { depth, reached }: Place): Promise<void> {
    const { content, members } = await this.unpacker.gunzip(source);
    const through = await this.passOn(source, reached);
    await this.visit(content, depth + 1, through && members === 1);
  }

  async #lzip(source: ByteSource, { depth, reached }: Place): Promise<void> {
    const content = await this.unpacker.lunzip(source);
    this.hasOpened('lzip');
    await this.passOn(source, reached);
    await this.visit(content, depth + 1, false);
  }

  async passOn(source: ByteSource, reached: boolean): Promise<boolean> {
    if (!reached && this.whole) await this.unpacker.scan(source);
    return this.whole;
  }
}
