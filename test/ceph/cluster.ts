import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BoundProcess, spawnBound } from '../../functions/adapters/process/bound-process.ts';
import { createPrivateFolder, removePrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import { configurationOf, KEYRING } from './configuration.ts';

const START_MS = 90_000;
/** The daemons have no data that is worth a graceful shutdown. */
const STOP_MS = 3_000;

export interface User {
  readonly name: string;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Cluster {
  readonly endpoint: string;
  readonly users: readonly User[];
  /** Stops every daemon and removes the folder; may be called twice. */
  stop(): Promise<void>;
}

/**
 * Ceph's RADOS gateway on one node of its own: monitor, manager, an OSD in memory and the gateway, on
 * loopback ports, everything else in one private folder. The daemons are children of this process and end
 * with it, however it ends; a start that fails leaves nothing behind either.
 */
export async function startCluster(userNames: readonly string[]): Promise<Cluster> {
  const folder = createPrivateFolder('ceph');
  const daemons: BoundProcess[] = [];
  const stop = async () => {
    await Promise.all(daemons.map(stopDaemon));
    removePrivateFolder(folder);
  };
  try {
    return { ...(await start(folder, daemons, userNames)), stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

async function start(folder: string, daemons: BoundProcess[], userNames: readonly string[]) {
  const gaveUp = AbortSignal.timeout(START_MS);
  const configuration = join(folder, 'ceph.conf');
  const run = async (command: string, ...args: string[]) => {
    const options = { signal: gaveUp, env: { ...process.env, CEPH_CONF: configuration } };
    return (await promisify(execFile)(command, args, options)).stdout;
  };
  const daemon = (command: string, ...args: string[]) => {
    const child = spawnBound(command, ['--conf', configuration, '--foreground', ...args], process.env.PATH);
    daemons.push(child);
    return watchDaemon(command, child);
  };

  const [monitorPort, gatewayPort] = await freePorts(2);
  const [fsid, osd] = [randomUUID(), randomUUID()];
  for (const name of ['mon', 'mgr', 'osd', 'rgw']) mkdirSync(join(folder, name));
  const keyring = join(folder, 'keyring');
  writeFileSync(keyring, '', { mode: 0o600 });
  for (const { name, capabilities } of KEYRING) {
    const caps = Object.entries(capabilities).flatMap(([service, granted]) => ['--cap', service, granted]);
    await run('ceph-authtool', keyring, '--gen-key', '--name', name, ...caps);
  }
  writeFileSync(configuration, configurationOf({ folder, fsid, monitorPort, gatewayPort }));

  const monitors = join(folder, 'monmap');
  await run('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${monitorPort}/0]`, monitors);
  await run('ceph-mon', '--mkfs', '--id', 'a', '--monmap', monitors, '--keyring', keyring);
  const failed = [daemon('ceph-mon', '--id', 'a'), daemon('ceph-mgr', '--id', 'x')];
  await Promise.race([...failed, run('ceph', 'osd', 'new', osd)]);
  await run('ceph-osd', '--id', '0', '--osd-uuid', osd, '--mkfs');
  failed.push(daemon('ceph-osd', '--id', '0'), daemon('radosgw', '--name', 'client.rgw'));

  const endpoint = `http://127.0.0.1:${gatewayPort}`;
  await Promise.race([...failed, answers(endpoint, gaveUp)]);
  const users: User[] = await Promise.all(
    userNames.map(async (name) => {
      const created = JSON.parse(
        await run('radosgw-admin', '--name', 'client.rgw', 'user', 'create', '--uid', name, '--display-name', name),
      );
      const { access_key: accessKeyId, secret_key: secretAccessKey } = created.keys[0];
      return { name, arn: `arn:aws:iam:::user/${name}`, accessKeyId, secretAccessKey };
    }),
  );
  return { endpoint, users };
}

/** Rejects when the daemon ends, with its last output; never resolves. */
function watchDaemon(command: string, child: BoundProcess): Promise<never> {
  let said = '';
  const listen = (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => reject(new Error(`${command} ended (${signal ?? code}): ${said}`)));
  });
  // Only checked while the cluster starts; later it ends on request.
  ended.catch(() => undefined);
  return ended;
}

async function stopDaemon(child: BoundProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await closed;
  clearTimeout(insist);
}

async function answers(endpoint: string, gaveUp: AbortSignal): Promise<void> {
  while (!gaveUp.aborted) {
    const up = await fetch(endpoint, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    await up?.arrayBuffer();
    if (up?.ok) return;
    await delay(100);
  }
  throw new Error(`no answer from the gateway at ${endpoint} within ${START_MS} ms`);
}

/** Was free a moment ago: Ceph does not report which port it uses. */
async function freePorts(count: number): Promise<[number, number]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number];
}
