/**
 * Sample files, built when asked for: nothing here or in the repository is, or trips on, real malware.
 * Each builder's comment says what its file must come out as under the default allowlist.
 */
export * from './samples/eicar.ts';
export * from './samples/office-files.ts';
export * from './samples/plain-files.ts';
export * from './samples/refused-files.ts';
export * from './samples/zip-files.ts';
