import { createChannels } from '../adapters/aws/channels.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { type Channels, DETAIL_TYPES, type Sent, send } from '../domain/channels.ts';
import { NotifyRescanInput } from '../domain/rescan/payloads.ts';
import { onColdStart, task } from './task.ts';

/** Sends a run's totals through every channel; in no dialect, since none of the replaced systems rescans. */
export const notifyRescan = (channels: Channels) =>
  task(NotifyRescanInput, ({ summary }): Promise<Sent> => {
    const { bucket, strategy, status, infected } = summary;
    const type = DETAIL_TYPES.rescan;
    const attributes = { type, bucket, strategy, status };
    // An e-mail shows it before the rest.
    const subject = `${infected} INFECTED in ${bucket}: rescan ${status}`;
    return send(channels, { type, subject, body: JSON.stringify(summary), attributes, detail: summary });
  });

export const create = (env: Environment) => notifyRescan(createChannels(env));

export const handler = onColdStart(create);
