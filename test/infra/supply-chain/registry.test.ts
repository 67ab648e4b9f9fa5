import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../../../infra/supply-chain/registry.ts';
import { INDEX, type RegistryAnswers, startRegistry } from './registry-server.ts';

const IMAGE = { repository: 'library/node', tag: '24.21.0-bookworm-slim' };

async function asking<T>(answers: RegistryAnswers, ask: (url: string, digest: string) => Promise<T>): Promise<T> {
  const registry = await startRegistry(answers);
  try {
    return await ask(registry.url, registry.digest);
  } finally {
    await registry.close();
  }
}

describe('The digest of a tag', () => {
  it.each([
    ['that asks for a token first', { asksForToken: true }],
    ['that answers at once', { asksForToken: false }],
  ])('is asked of a registry %s', async (_, answers) => {
    await asking(answers, async (url, digest) => expect(await digestOf(IMAGE, url)).toBe(digest));
  });

  it.each<[string, RegistryAnswers, RegExp]>([
    [
      'another digest than its content has',
      { digest: `sha256:${'0'.repeat(64)}` },
      /says sha256:0+, but its content is/,
    ],
    ['one platform only', { type: 'application/vnd.oci.image.manifest.v1+json' }, /is no index of platforms/],
    [
      'no image for the scanner',
      { index: { manifests: [{ platform: { os: 'linux', architecture: 's390x' } }] } },
      /linux\/amd64/,
    ],
    ['no image for arm64', { index: { manifests: INDEX.manifests.slice(0, 1) } }, /linux\/arm64/],
    ['an error', { status: 500 }, /answered 500/],
    ['a realm without https', { realm: 'http://auth.example/token' }, /auth\.example\/token is not https/],
  ])('is not taken from a registry with %s', async (_, answers, message) => {
    await asking(answers, async (url) => expect(digestOf(IMAGE, url)).rejects.toThrow(message));
  });

  it('is not that of a tag that does not exist', async () => {
    await asking({}, async (url) => expect(digestOf({ ...IMAGE, tag: 'none' }, url)).rejects.toThrow(/answered 404/));
  });

  it('is asked for by https only', async () => {
    await expect(digestOf(IMAGE, 'http://registry.example')).rejects.toThrow('is not https');
  });
});
