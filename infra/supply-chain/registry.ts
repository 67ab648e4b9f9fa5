import { createHash } from 'node:crypto';

/** Docker Hub's. */
export const DEFAULT_REGISTRY = 'https://registry-1.docker.io';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** What the scanner is built for, by `engine.architecture`. */
const OS = 'linux';
const ARCHITECTURES = ['amd64', 'arm64'];

interface ImageIndex {
  readonly manifests?: readonly { readonly platform?: { readonly os: string; readonly architecture: string } }[];
}

/**
 * The digest that a tag has now: that of the index of all platforms, which Docker checks against what it pulls.
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 * @throws Error when the registry does not answer with such an index, or says another digest than its content has
 */
export async function digestOf(
  { repository, tag }: { readonly repository: string; readonly tag: string },
  registry = DEFAULT_REGISTRY,
): Promise<string> {
  const url = secure(`${registry}/v2/${repository}/manifests/${tag}`);
  const headers = { accept: INDEX_TYPES.join(', ') };
  let response = await fetch(url, { headers });
  if (response.status === 401) {
    const token = await tokenFor(response.headers.get('www-authenticate') ?? '');
    response = await fetch(url, { headers: { ...headers, authorization: `Bearer ${token}` } });
  }
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const body = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type') ?? '';
  if (!INDEX_TYPES.includes(type)) throw new Error(`${url} is no index of platforms but ${type}`);
  const { manifests = [] } = JSON.parse(body.toString('utf8')) as ImageIndex;
  for (const architecture of ARCHITECTURES) {
    const fits = manifests.some(({ platform }) => platform?.os === OS && platform.architecture === architecture);
    if (!fits) throw new Error(`${url} has no image for ${OS}/${architecture}`);
  }
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const said = response.headers.get('docker-content-digest');
  if (said !== null && said !== digest) throw new Error(`${url} says ${said}, but its content is ${digest}`);
  return digest;
}

/** Registries let anyone pull who asks for a token first. */
async function tokenFor(challenge: string): Promise<string> {
  const parameters = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  const { realm, service = '', scope = '' } = parameters;
  if (!/^Bearer /i.test(challenge) || realm === undefined) throw new Error(`the registry asks for ${challenge}`);
  const response = await fetch(`${secure(realm)}?${new URLSearchParams({ service, scope })}`);
  if (!response.ok) throw new Error(`${realm} answered ${response.status}`);
  const { token, access_token } = (await response.json()) as { token?: string; access_token?: string };
  const given = token ?? access_token;
  if (given === undefined) throw new Error(`${realm} gave no token`);
  return given;
}

/** Only https, except on this machine: a digest from a network that can be written to pins nothing. */
function secure(address: string): string {
  const { protocol, hostname } = new URL(address);
  if (protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')) return address;
  throw new Error(`${address} is not https`);
}
