import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { profileOf, writeProfile } from '../../local/profile.ts';
import { OPERATOR, type Pipeline } from '../../local/stack/pipeline.ts';
import { bundledCommand } from './bundled-command.ts';

let command: string | undefined;

/**
 * Runs `airlock --local ARGS…` against a pipeline as an operator of `npm run local` would: by the profile file, with an
 * otherwise empty environment.
 * @param who whose credentials the operator has
 * @param input null: standard input stays open
 */
export async function airlockCommand(
  pipeline: Pipeline,
  args: readonly string[],
  who = OPERATOR,
  input: string | null = '',
  meanwhile?: Meanwhile,
  cwd = process.cwd(),
) {
  const folder = mkdtempSync(join(tmpdir(), 'airlock-profile-'));
  const file = join(folder, 'local.json');
  try {
    const profile = profileOf(pipeline);
    const operator = { accessKeyId: accessKeyIdOf(who), secretAccessKey: 'local' };
    writeProfile({ ...profile, people: { ...profile.people, operator } }, file);
    return await airlock(['--local', ...args], { AIRLOCK_LOCAL_PROFILE: file }, input, cwd, meanwhile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Meanwhile = (child: ChildProcess) => Promise<unknown>;

/** Runs the command, as the package has it, with nothing in its environment but this, PATH and the cache of compiled code. */
export async function airlock(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input: string | null = '',
  cwd = process.cwd(),
  meanwhile?: Meanwhile,
) {
  command ??= await bundledCommand();
  const child = spawn(process.execPath, [command, ...args], {
    cwd,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(dirname(command), 'compiled'), ...environment },
  });
  if (input !== null) child.stdin.end(input);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
    meanwhile?.(child),
  ]);
  return { stdout, stderr, code };
}
