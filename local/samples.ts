/**
 * Sample files, built on demand: nothing here or in the repository is, or is detected as, real malware. Each
 * builder's comment gives the expected verdict under the default allowlist.
 */
export * from './samples/eicar.ts';
export * from './samples/office-files.ts';
export * from './samples/plain-files.ts';
export * from './samples/refused-files.ts';
export * from './samples/zip-files.ts';
