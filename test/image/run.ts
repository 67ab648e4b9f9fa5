import { spawnBound } from '../../functions/adapters/process/bound-process.ts';

/**
 * Runs a command in mount and process namespaces of its own, so that whatever it mounts or starts goes with it,
 * and it goes with this process. Returns what it wrote to stdout.
 */
export function run(command: string, ...args: string[]): Promise<string> {
  const namespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];
  // npm needs the machine's own certificates too, where there are some.
  const { PATH, NODE_EXTRA_CA_CERTS } = process.env;
  const child = spawnBound('/usr/bin/unshare', [...namespaces, '--', command, ...args], PATH, { NODE_EXTRA_CA_CERTS });
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
