/** The used part of the `mime-db` package, which has no types. */
declare module 'mime-db' {
  /** Media type -> what is known of it. */
  const database: Readonly<Record<string, { readonly extensions?: readonly string[] } | undefined>>;
  export default database;
}
