/** A small assembler of WebAssembly: readers in place of 7-Zip's that do what a test wants. */

const uleb = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uleb(value >>> 7)]);
const sleb = (value: number): number[] =>
  value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...sleb(value >> 7)];
const vector = (items: readonly number[][]): number[] => [...uleb(items.length), ...items.flat()];
const text = (value: string): number[] => {
  const bytes = [...Buffer.from(value)];
  return [...uleb(bytes.length), ...bytes];
};
const section = (id: number, bytes: readonly number[]): number[] => [id, ...uleb(bytes.length), ...bytes];

const I32 = 0x7f;
const type = (parameters: number, results: number) => [
  0x60,
  ...vector(Array(parameters).fill([I32])),
  ...vector(Array(results).fill([I32])),
];

/** What the readers call, with the number of their parameters. All of them give a number back. */
const IMPORTS = {
  open: ['env', '__syscall_openat', 4],
  mkdir: ['env', '__syscall_mkdirat', 3],
  rename: ['env', '__syscall_renameat', 4],
  symlink: ['env', '__syscall_symlinkat', 3],
  read: ['wasi_snapshot_preview1', 'fd_read', 4],
  write: ['wasi_snapshot_preview1', 'fd_write', 4],
  environmentSizes: ['wasi_snapshot_preview1', 'environ_sizes_get', 2],
  environment: ['wasi_snapshot_preview1', 'environ_get', 2],
} as const;
type Import = keyof typeof IMPORTS;
const NAMES = Object.keys(IMPORTS) as Import[];

type Code = readonly number[];
export const number = (value: number): Code => [0x41, ...sleb(value)];
export const call = (name: Import, ...parameters: readonly Code[]): Code => [
  ...parameters.flat(),
  0x10,
  NAMES.indexOf(name),
];
export const drop = (code: Code): Code => [...code, 0x1a];
export const load = (address: number): Code => [...number(address), 0x28, 2, 0];
export const store = (address: number, value: Code): Code => [...number(address), ...value, 0x36, 2, 0];
export const forever = (code: Code): Code => [0x03, 0x40, ...code, 0x0c, 0, 0x0b];
export const CRASH: Code = [0x00];
export const grow = (pages: number): Code => drop([...number(pages), 0x40, 0]);

/** Where the program keeps what it reads, and the pairs of address and length for reading and writing. */
export const BUFFER = 8192;
const PAIR = 16;
const DONE = 32;
const READ = 36;
const STRINGS = 1024;

export class Program {
  readonly #code: number[] = [];
  readonly #strings: number[] = [];

  string(value: string): Code {
    const address = STRINGS + this.#strings.length;
    this.#strings.push(...Buffer.from(value), 0);
    return number(address);
  }

  do(...code: readonly Code[]): this {
    this.#code.push(...code.flat());
    return this;
  }

  print(value: string): Code {
    return writeTo(number(1), this.string(value), number(Buffer.byteLength(value)));
  }

  /** Prints what a file holds; and how opening it went where it does not open. */
  show(path: string): this {
    const opened = call('open', number(-100), this.string(path), number(0), number(0));
    return this.do(
      store(40, opened),
      store(PAIR, number(BUFFER)),
      store(PAIR + 4, number(4096)),
      store(READ, number(0)),
    )
      .do(drop(call('read', load(40), number(PAIR), number(1), number(READ))))
      .do(this.print(`\n<${path}>`), writeTo(number(1), number(BUFFER), load(READ)), this.print('</>\n'));
  }

  /** Makes a file of so many bytes. */
  file(path: string, bytes: number): this {
    const WRITE_CREATE = 0o101;
    const opened = call('open', number(-100), this.string(path), number(WRITE_CREATE), number(48));
    return this.do(store(48, number(0o666)), store(40, opened), writeTo(load(40), number(BUFFER), number(bytes)));
  }

  /** @param exitCode that main gives back */
  assemble(exitCode = 0, pages = 4, maxPages = 65_536): Uint8Array {
    const types = [0, 1, 2, 3, 4].map((count) => type(count, 1)).concat([type(0, 0), type(1, 0)]);
    const own = { constructors: 5, main: 2, restore: 6, allocate: 1, current: 0 };
    const first = NAMES.length;
    const exports: [string, number, number][] = [
      ['memory', 2, 0],
      ['__indirect_function_table', 1, 0],
      ['__wasm_call_ctors', 0, first],
      ['__main_argc_argv', 0, first + 1],
      ['_emscripten_stack_restore', 0, first + 2],
      ['_emscripten_stack_alloc', 0, first + 3],
      ['emscripten_stack_get_current', 0, first + 4],
    ];
    const bodies: Code[] = [[], [...this.#code, ...number(exitCode)], [], number(60_000), number(60_000)];
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, vector(types)),
      ...section(
        2,
        vector(NAMES.map((name) => [...text(IMPORTS[name][0]), ...text(IMPORTS[name][1]), 0, IMPORTS[name][2]])),
      ),
      ...section(3, vector(Object.values(own).map((index) => [index]))),
      ...section(4, vector([[0x70, 0, 1]])),
      ...section(5, vector([[1, ...uleb(pages), ...uleb(maxPages)]])),
      ...section(7, vector(exports.map(([name, kind, index]) => [...text(name), kind, ...uleb(index)]))),
      ...section(10, vector(bodies.map((code) => [...uleb(code.length + 2), 0, ...code, 0x0b]))),
      ...section(11, vector([[0, ...number(STRINGS), 0x0b, ...uleb(this.#strings.length), ...this.#strings]])),
    ]);
  }
}

/** Writes to an open file, wherever it leads. */
export function writeTo(descriptor: Code, address: Code, length: Code): Code {
  return [
    ...store(PAIR, address),
    ...store(PAIR + 4, length),
    ...drop(call('write', descriptor, number(PAIR), number(1), number(DONE))),
  ];
}
