import { createChannels } from '../adapters/aws/channels.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { type Channels, DETAIL_TYPES, type Sent, send } from '../domain/channels.ts';
import { NotifyReportInput } from '../domain/report/payloads.ts';
import { onColdStart, task } from './task.ts';

/** Sends what a report found through every channel; in no dialect, since none of the replaced systems reports. */
export const notifyReport = (channels: Channels) =>
  task(NotifyReportInput, ({ summary }): Promise<Sent> => {
    const { bucket, infected } = summary;
    const type = DETAIL_TYPES.report;
    return send(channels, {
      type,
      subject: `${infected} INFECTED in ${bucket}`,
      body: JSON.stringify(summary),
      attributes: { type, bucket, infected: infected > 0 ? 'true' : 'false' },
      detail: summary,
    });
  });

export const create = (env: Environment) => notifyReport(createChannels(env));

export const handler = onColdStart(create);
