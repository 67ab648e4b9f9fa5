import { createHash } from 'node:crypto';
import { InvalidInput, ObjectGone } from '../../domain/errors.ts';
import type { HuntRules } from '../../domain/hunt/payloads.ts';
import { MAX_RULES_BYTES, type RuleFile, readBundle, refusedRules } from '../../domain/hunt/rules.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { createObjectStore } from './object-store.ts';

/** Base64, and the names. */
const MAX_BUNDLE_BYTES = Math.ceil((MAX_RULES_BYTES * 4) / 3) + 65_536;

/**
 * Reads the rules of a hunt from `RESULTS_BUCKET`.
 * @throws InvalidInput when they are gone, are others than the hunt began with, or are no rules; AccessDenied,
 * StorageUnavailable
 */
export function createHuntRules(env: Environment): (rules: HuntRules) => Promise<readonly RuleFile[]> {
  const store = createObjectStore(env);
  const bucket = requiredString(env, 'RESULTS_BUCKET');
  return async ({ key, sha256 }) => {
    const object = await store.head({ bucket, key }).catch((fault: unknown) => {
      if (fault instanceof ObjectGone) throw new InvalidInput(`rules.key: ${key} is gone`, { cause: fault });
      throw fault;
    });
    if (object.size === 0 || object.size > MAX_BUNDLE_BYTES) {
      throw new InvalidInput(`rules.key: ${key} has ${object.size} bytes; at most ${MAX_BUNDLE_BYTES}`);
    }
    const content = await store.readRange(object, 0, object.size - 1);
    const actual = createHash('sha256').update(content).digest('hex');
    if (actual !== sha256) throw new InvalidInput(`rules.sha256: ${key} has SHA-256 ${actual} instead of ${sha256}`);
    const files = readBundle(Buffer.from(content).toString());
    if (files === undefined) throw new InvalidInput(`rules.key: ${key} holds no rules`);
    const refused = refusedRules(files);
    if (refused.length > 0) throw new InvalidInput(refused.join('; '));
    return files;
  };
}
