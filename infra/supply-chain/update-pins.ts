import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../repository-root.ts';
import { nodeImageOf, withDigest } from './base-image.ts';
import { DEFAULT_REGISTRY, digestOf } from './registry.ts';

// `npm run pins`: asks the registry which digest the base image's tag has now, and writes it into the Dockerfile.
const { values } = parseArgs({
  options: {
    registry: { type: 'string', default: DEFAULT_REGISTRY },
    dockerfile: { type: 'string', default: join(ROOT, 'infra/scanner/Dockerfile') },
    /** Writes nothing; exits 1 when the pin is another. */
    check: { type: 'boolean', default: false },
  },
});

try {
  const text = readFileSync(values.dockerfile, 'utf8');
  const { repository, tag, digest: pinned } = nodeImageOf(text);
  const current = await digestOf({ repository, tag }, values.registry);
  if (current === pinned) {
    process.stdout.write(`${repository}:${tag} is pinned to its current digest ${current}\n`);
  } else {
    process.stdout.write(`${repository}:${tag}: ${pinned ?? 'not pinned'} -> ${current}\n`);
    if (values.check) process.exitCode = 1;
    else writeFileSync(values.dockerfile, withDigest(text, current));
  }
} catch (fault) {
  const { message, cause } = fault as Error;
  process.stderr.write(`error: ${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`);
  process.exitCode = 2;
}
