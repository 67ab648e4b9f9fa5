/** One keyring for everybody: cephx cannot be switched off (the gateway and the OSD then wait for five minutes). */
export const KEYRING = [
  { name: 'mon.', capabilities: { mon: 'allow *' } },
  { name: 'client.admin', capabilities: { mon: 'allow *', mgr: 'allow *', osd: 'allow *', mds: 'allow *' } },
  { name: 'client.rgw', capabilities: { mon: 'allow rwx', mgr: 'allow rw', osd: 'allow rwx' } },
  { name: 'mgr.x', capabilities: { mon: 'allow profile mgr', osd: 'allow *' } },
  { name: 'osd.0', capabilities: { mon: 'allow profile osd', mgr: 'allow profile osd', osd: 'allow *' } },
];

interface Node {
  readonly folder: string;
  readonly fsid: string;
  readonly monitorPort: number;
  readonly gatewayPort: number;
}

/** ceph.conf of a single node that keeps one copy of everything, in memory, and writes only to its folder. */
export function configurationOf({ folder, fsid, monitorPort, gatewayPort }: Node): string {
  return `
[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${monitorPort}/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = ${folder}/keyring
run dir = ${folder}
crash dir = ${folder}
admin socket = ${folder}/$name.$pid.asok
log file = ${folder}/$name.log
pid file =
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000

[mon]
mon data = ${folder}/mon
# A nearly full disk otherwise stops the monitor.
mon data avail crit = 1

[mgr]
mgr data = ${folder}/mgr
mgr initial modules =

[osd]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824

[client.rgw]
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
rgw thread pool size = 32
rgw override bucket index max shards = 1
rgw dynamic resharding = false
`;
}
