import { spawnBound } from '../../functions/adapters/process/bound-process.ts';

/**
 * Runs a command in mount and process namespaces of its own, so that whatever it mounts or starts goes with it,
 * and it goes with this process. Returns what it wrote to stdout.
 */
export function run(command: string, ...args: string[]): Promise<string> {
  const namespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawnBound('/usr/bin/unshare', [...namespaces, '--', command, ...args], process.env.PATH);
  let output = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const listen = (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-4000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output.trim());
      else reject(new Error(`${command} ${args.join(' ')} ended (${signal ?? code}): ${said}`));
    });
  });
}
