/** The part of WebAssembly's interface that the readers use: TypeScript has it in its library for browsers only. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    static imports(module: Module): { readonly module: string; readonly name: string }[];
  }
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}

declare module '7z-wasm' {
  interface Reader {
    readonly FS: import('./emscripten-fs.ts').EmscriptenFs;
    /** The exit code; undefined where the program ended otherwise. */
    callMain(args: string[]): number | undefined;
  }
  interface ReaderOptions {
    /** The next byte, null at the end. */
    stdin(): number | null;
    stdout(byte: number | null): void;
    stderr(byte: number | null): void;
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): void;
  }
  export default function SevenZip(options: ReaderOptions): Promise<Reader>;
}
