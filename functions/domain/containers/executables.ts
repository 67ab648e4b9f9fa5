const EXECUTABLES = [
  'MZ',
  '\x7fELF',
  '#!',
  '\xfe\xed\xfa\xce',
  '\xfe\xed\xfa\xcf',
  '\xce\xfa\xed\xfe',
  '\xcf\xfa\xed\xfe',
  '\xca\xfe\xba\xbe',
];

/** Programs and scripts, which may carry an archive that they extract themselves. */
export function isExecutable(head: Buffer): boolean {
  return EXECUTABLES.some((magic) => head.toString('latin1', 0, magic.length) === magic);
}
