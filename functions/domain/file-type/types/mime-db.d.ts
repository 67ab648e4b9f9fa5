/** The used part of the `mime-db` package, which has no types. */
declare module 'mime-db' {
  const database: Readonly<Record<string, { readonly extensions?: readonly string[] }>>;
  export default database;
}
