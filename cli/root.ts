/**
 * Folder of `package.json` and of `cli`, in the repository and in the package, where infra/package/bundle-command.ts has put
 * every module of the command into one folder beside this one.
 */
export const ROOT = new URL('..', import.meta.url);
