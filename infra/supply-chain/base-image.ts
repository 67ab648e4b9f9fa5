/** `node:24.21.0-bookworm-slim@sha256:…`, taken apart. */
export interface BaseImage {
  /** On Docker Hub: `library/node`. */
  readonly repository: string;
  readonly tag: string;
  /** Of Node. */
  readonly version: string;
  /** undefined: not pinned, whoever serves the image decides what it is. */
  readonly digest: string | undefined;
}

const BASE_IMAGE = /^ARG NODE_IMAGE=(node):(([\d.]+)-[\w-]+)(?:@(sha256:[0-9a-f]{64}))?$/m;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * The base image that a Dockerfile names.
 * @throws Error when it names none, or one with a malformed digest
 */
export function nodeImageOf(dockerfile: string): BaseImage {
  const [, name, tag, version, digest] = BASE_IMAGE.exec(dockerfile) ?? [];
  if (name === undefined || tag === undefined || version === undefined) {
    throw new Error('the Dockerfile has no line `ARG NODE_IMAGE=node:VERSION-SUITE@sha256:DIGEST`');
  }
  return { repository: `library/${name}`, tag, version, digest };
}

/** The Dockerfile with its base image pinned to the digest. */
export function withDigest(dockerfile: string, digest: string): string {
  const { repository, tag } = nodeImageOf(dockerfile);
  if (!DIGEST.test(digest)) throw new Error(`not a digest: ${digest}`);
  return dockerfile.replace(BASE_IMAGE, `ARG NODE_IMAGE=${repository.replace('library/', '')}:${tag}@${digest}`);
}
