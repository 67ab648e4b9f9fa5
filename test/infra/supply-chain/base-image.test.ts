import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { nodeImageOf, withDigest } from '../../../infra/supply-chain/base-image.ts';
import { warnWhenNotPinned } from '../../../infra/supply-chain/pin-warning.ts';

const DOCKERFILE = readFileSync('infra/scanner/Dockerfile', 'utf8');
const DIGEST = `sha256:${'a1'.repeat(32)}`;
const UNPINNED = 'ARG NODE_IMAGE=node:24.21.0-bookworm-slim\nFROM $NODE_IMAGE\n';

describe('The scanner’s base image', () => {
  it('is pinned by digest, and every stage is made of it', () => {
    expect(nodeImageOf(DOCKERFILE).digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const bases = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, base = '']) => base.replaceAll(/[${}]/g, ''));
    expect(new Set(bases)).toEqual(new Set(['NODE_IMAGE', 'scratch']));
  });

  it('has the Node that runs the tests', () => {
    expect(nodeImageOf(DOCKERFILE).version).toBe(process.versions.node);
  });

  it('is read from the Dockerfile, with its digest or without', () => {
    const image = { repository: 'library/node', tag: '24.21.0-bookworm-slim', version: '24.21.0' };
    expect(nodeImageOf(UNPINNED)).toEqual({ ...image, digest: undefined });
    expect(nodeImageOf(withDigest(UNPINNED, DIGEST))).toEqual({ ...image, digest: DIGEST });
  });

  it('gets another digest, and nothing else of the Dockerfile changes', () => {
    const changed = withDigest(DOCKERFILE, DIGEST);
    const pinned = nodeImageOf(DOCKERFILE).digest ?? '';
    expect(changed.replace(DIGEST, pinned)).toBe(DOCKERFILE);
  });

  it.each(['sha256:abc', `sha512:${'a1'.repeat(32)}`, `${DIGEST}0`, ''])('does not take %j for a digest', (digest) => {
    expect(() => withDigest(UNPINNED, digest)).toThrow('not a digest');
    if (digest !== '') expect(() => nodeImageOf(UNPINNED.replace('slim', `slim@${digest}`))).toThrow('NODE_IMAGE');
  });
});

describe('cdk synth', () => {
  const stackWith = (dockerfile: string) => {
    const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Stack');
    warnWhenNotPinned(stack, dockerfile);
    warnWhenNotPinned(stack, dockerfile);
    return Annotations.fromStack(stack);
  };

  it('warns once of a base image that is not pinned', () => {
    expect(
      stackWith(UNPINNED).findWarning('*', Match.stringLikeRegexp('not pinned by digest.*npm run pins')),
    ).toHaveLength(1);
  });

  it('says nothing of ours', () => {
    expect(stackWith(DOCKERFILE).findWarning('*', Match.anyValue())).toEqual([]);
  });
});
