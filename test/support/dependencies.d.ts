/** The files that a file depends on: absolute, or as it names them in its imports. */
export function extract(
  code: string,
  path: string,
  extractImports: (code: string, path: string) => Iterable<string>,
): ReadonlySet<string>;
