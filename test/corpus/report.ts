import { extname } from 'node:path';
import { FINDINGS } from '../../functions/domain/findings.ts';
import { coloured, pad, printable, readableBytes } from '../../local/output/terminal.ts';

export interface FileRecord {
  readonly path: string;
  readonly size: number;
  /** Format of a container, `pdf`, `image` or `other`; null when it could not be read. */
  readonly kind: string | null;
  readonly container: boolean;
  /** ACCOUNTED or ALLOWED where the engine was not asked; ERROR where there is no verdict. */
  readonly status: string;
  readonly finding: string | null;
  /** Not CLEAN, nor as good as that. */
  readonly flagged: boolean;
  /** Of the content step. */
  readonly inspectMs?: number;
  /** Of clamd with the file itself and nothing else. */
  readonly engineMs?: number;
}

const PASSED = new Set(['CLEAN', 'ACCOUNTED', 'ALLOWED']);

export const recordOf = (file: Omit<FileRecord, 'flagged'>): FileRecord => ({
  ...file,
  flagged: !PASSED.has(file.status),
});

interface Count {
  readonly extension: string;
  readonly container: boolean;
  readonly status: string;
  readonly finding: string | null;
  files: number;
}

/** Counts only: a corpus may be of any size. */
export class CorpusReport {
  readonly #counts = new Map<string, Count>();
  readonly #times = new Map<string, { readonly inspect: Times; readonly engine: Times }>();
  files = 0;
  flagged = 0;
  containers = 0;
  flaggedContainers = 0;
  /** Of the flagged containers: rightly, whatever reads them. */
  encryptedContainers = 0;

  add({ path, kind, container, status, finding, flagged, inspectMs, engineMs }: FileRecord): void {
    this.files += 1;
    if (flagged) this.flagged += 1;
    if (container) this.containers += 1;
    if (container && flagged) this.flaggedContainers += 1;
    if (container && finding === FINDINGS.encrypted) this.encryptedContainers += 1;
    const extension = extname(path).toLowerCase();
    const key = JSON.stringify([extension, container, status, finding]);
    const count = this.#counts.get(key) ?? { extension, container, status, finding, files: 0 };
    count.files += 1;
    this.#counts.set(key, count);
    if (kind === null || flagged) return;
    const times = this.#times.get(kind) ?? { inspect: new Times(), engine: new Times() };
    this.#times.set(kind, times);
    if (inspectMs !== undefined) times.inspect.add(inspectMs);
    if (engineMs !== undefined) times.engine.add(engineMs);
  }

  /** Of the containers. */
  percent(): number {
    return this.containers === 0 ? 0 : (100 * this.flaggedContainers) / this.containers;
  }

  counts() {
    const { files, flagged, containers, flaggedContainers, encryptedContainers } = this;
    const percent = Number(this.percent().toFixed(2));
    const rate = { containers, flaggedContainers, encryptedContainers, percent };
    return { files, flagged, ...rate, counts: this.#sorted(), times: this.#medians() };
  }

  lineOf({ path, size, status, finding, container }: FileRecord): string {
    const cells = [
      pad(coloured(status), 11),
      pad(readableBytes(size), 8, 'left'),
      container ? 'container' : '         ',
    ];
    return `${cells.join('  ')}  ${printable(path)}  ${printable(finding ?? '')}\n`;
  }

  table(): string {
    const rows = this.#sorted().map(({ extension, container, status, finding, files }) =>
      [
        pad(String(files), 7, 'left'),
        pad(printable(extension || '(none)'), 14),
        container ? 'container' : '         ',
        `${pad(coloured(status), 11)}  ${printable(finding ?? '')}`.trimEnd(),
      ].join('  '),
    );
    const times = this.#medians().map(
      ({ kind, files, inspectMs, engineMs }) =>
        `${pad(String(files), 7, 'left')}  ${pad(kind, 14)}  ${inspectMs} ms inside` +
        `${engineMs === undefined ? '' : `, clamd ${engineMs} ms`}`,
    );
    const { files, flagged, containers, flaggedContainers, encryptedContainers } = this;
    const percent = `${this.percent().toFixed(2)} %, ${encryptedContainers} of them under a password`;
    const rate = `${flaggedContainers} of ${containers} containers flagged: ${percent}`;
    return ['', ...rows, '', 'medians', ...times, '', `${files} files, ${flagged} flagged; ${rate}`, ''].join('\n');
  }

  #sorted(): readonly Count[] {
    return [...this.#counts.values()].toSorted(
      (a, b) => a.extension.localeCompare(b.extension) || a.status.localeCompare(b.status) || b.files - a.files,
    );
  }

  #medians() {
    return [...this.#times].toSorted().map(([kind, { inspect, engine }]) => ({
      kind,
      files: inspect.count,
      inspectMs: inspect.median(),
      ...(engine.count > 0 && { engineMs: engine.median() }),
    }));
  }
}

/** Steps of 5 %, so that any number of times takes little room. */
class Times {
  readonly #steps = new Map<number, number>();
  count = 0;

  add(ms: number): void {
    const step = Math.round(Math.log(Math.max(ms, 0.01)) / Math.log(1.05));
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + 1);
    this.count += 1;
  }

  median(): number {
    let before = 0;
    for (const [step, files] of [...this.#steps].toSorted(([a], [b]) => a - b)) {
      before += files;
      if (2 * before >= this.count) return Number((1.05 ** step).toPrecision(2));
    }
    return 0;
  }
}
