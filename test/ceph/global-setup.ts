import { type Cluster, startCluster } from './cluster.ts';

declare global {
  var cluster: Cluster | undefined;
}

/** The test files run in separate processes and find it in their environment: see gateway.ts. */
export default async function setUp(): Promise<void> {
  globalThis.cluster = await startCluster(['pipeline', 'reader']);
  const { endpoint, users } = globalThis.cluster;
  process.env.CEPH_GATEWAY = JSON.stringify({ endpoint, users });
}
