import { createObjectStore } from '../adapters/aws/object-store.ts';
import { inspectObject } from '../adapters/content/object-inspector.ts';
import { sha256 } from '../adapters/process/digest.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { digestOfHeaders } from '../domain/confirmed-verdict.ts';
import { ObjectTrusted, ObjectUnreadable } from '../domain/errors.ts';
import { EMPTY, UNKNOWN } from '../domain/file-type/content.ts';
import { judgeFileType } from '../domain/file-type/file-type-verdict.ts';
import { isTrusted } from '../domain/gate/trusted.ts';
import { toObjectReference } from '../domain/object-reference.ts';
import { CheckFileTypeInput, type CheckFileTypeOutput } from '../domain/payloads.ts';
import type { Clock, ObjectStore } from '../domain/ports.ts';
import type { ScanStatus, Verdict } from '../domain/verdict.ts';
import { onColdStart, task } from './task.ts';

/** Detects the type from the content and checks it against the allowlist and the key's extension. */
export const checkFileType = (store: Pick<ObjectStore, 'readRange'>, clock: Clock) =>
  task(CheckFileTypeInput, async ({ bucket, object, policy }): Promise<CheckFileTypeOutput> => {
    const refusal = (status: ScanStatus, finding: string, type: string | null): Verdict => ({
      status,
      finding,
      type,
      definitions: null,
      activeContent: [],
      scanTime: clock().toISOString(),
    });
    if (isTrusted(object.key, policy.trusted ?? [])) {
      throw new ObjectTrusted(`${object.key} is under a trusted prefix: nothing there is scanned`);
    }
    // A verdict by its size: Scan Needed decides it, and nothing is read.
    if (object.size === 0) return { type: EMPTY, headers: null, rejection: null };
    if (object.size > policy.maxObjectBytes) return { type: UNKNOWN, headers: null, rejection: null };
    try {
      const content = await inspectObject(store, toObjectReference(bucket, object));
      const { type, finding } = judgeFileType(content, object.key, policy);
      const headers = digestOfHeaders(content.headers, sha256);
      return { type, headers, rejection: finding === null ? null : { ...refusal('REJECTED', finding, type), headers } };
    } catch (fault) {
      if (!(fault instanceof ObjectUnreadable)) throw fault;
      return { type: UNKNOWN, headers: null, rejection: refusal('UNSCANNABLE', fault.finding, null) };
    }
  });

export const create = (env: Environment) => checkFileType(createObjectStore(env), () => new Date());

export const handler = onColdStart(create);
