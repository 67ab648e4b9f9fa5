import { channel } from 'node:diagnostics_channel';
import type { PublishedDefinitions } from '../../domain/definitions/published-definitions.ts';
import { createMetrics } from '../aws/metrics.ts';
import type { Environment } from '../process/environment.ts';

/** Gets each refusal: Lambda logs the warning, and nothing on this machine does. */
export const REFUSALS_CHANNEL = channel('s3-airlock:definitions-refused');

export interface Refused {
  readonly env: Environment;
  readonly message: string;
}

export interface DefinitionsMetrics {
  /** After an update, with the published definitions if they are known. */
  updated(succeeded: boolean, set: PublishedDefinitions | undefined, now: Date): void;
  /** A scanner skipped published definitions. */
  refused(fault: Error): void;
}

export function createDefinitionsMetrics(env: Environment): DefinitionsMetrics {
  const metrics = createMetrics(env);
  return {
    updated(succeeded, set, now) {
      const secondsSince = (time: string) => Math.max(0, (now.getTime() - Date.parse(time)) / 1000);
      metrics.record({
        DefinitionsUpdateFailed: succeeded ? 0 : 1,
        ...(set !== undefined && { DefinitionsAge: secondsSince(set.checkedAt) }),
        ...(set?.signaturesTime && { SignaturesAge: secondsSince(set.signaturesTime) }),
      });
      metrics.flush();
    },
    refused({ name, message }) {
      metrics.record({ DefinitionsRefused: 1 });
      metrics.flush();
      process.emitWarning(`${name}: ${message}`, 'DefinitionsRefused');
      REFUSALS_CHANNEL.publish({ env, message: `DefinitionsRefused: ${name}: ${message}` } satisfies Refused);
    },
  };
}
