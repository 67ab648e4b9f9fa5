import type { Dialect } from './dialect.ts';

export const airlock: Dialect = {
  statusTag: { key: 'scan-status', clean: 'CLEAN' },
  tagKeys: new Set(['scan-status', 'scan-finding', 'scan-time', 'scan-definitions']),
  provenanceKeys: new Set(['scan-time', 'scan-definitions']),
  tags: ({ status, finding, scanTime, definitions }) => [
    ['scan-status', status],
    ...(finding === null ? [] : [['scan-finding', finding] as const]),
    ['scan-time', scanTime],
    ...(definitions === null ? [] : [['scan-definitions', definitions] as const]),
  ],
  message: (notification) => {
    const { bucket, key, version, status, finding, activeContent } = notification;
    return {
      body: JSON.stringify(notification),
      attributes: {
        bucket,
        key,
        version: version ?? '',
        status,
        finding: finding ?? '',
        activeContent: activeContent.join(','),
      },
      detail: notification,
    };
  },
};
