import type { Measurement } from './measurement.ts';

/** Written by `npm run bench -- cost`: not to be edited. */
export const MEASURED: Measurement = {
  countedOn: '2026-11-27',
  counts: {
    endings: {
      STANDARD: {
        clean: {
          transitions: 6,
          log: { ALL: 22534, ERROR: 0 },
          tags: 3,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1 }, logBytes: 388 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 220 },
          },
        },
        'clean, copied': {
          transitions: 7,
          log: { ALL: 29300, ERROR: 360 },
          tags: 3,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1 }, logBytes: 387 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            'copy-object': { s3: { HeadObject: 4, GetObjectTagging: 2, CopyObject: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 220 },
          },
        },
        empty: {
          transitions: 6,
          log: { ALL: 18518, ERROR: 0 },
          tags: 2,
          calls: {
            'check-file-type': { s3: {}, logBytes: 0 },
            'tag-object': { s3: { GetObjectTagging: 1, HeadObject: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 220 },
          },
        },
        'infected, tag': {
          transitions: 6,
          log: { ALL: 22856, ERROR: 0 },
          tags: 4,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1, HeadObject: 2 }, logBytes: 387 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 223 },
          },
        },
        'infected, quarantine': {
          transitions: 11,
          log: { ALL: 42762, ERROR: 379 },
          tags: 0,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1, HeadObject: 2 }, logBytes: 387 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            'quarantine-object': { s3: { HeadObject: 1, CopyObject: 1 }, logBytes: 0 },
            'delete-object': { s3: { DeleteObject: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 223 },
          },
        },
        'infected, delete': {
          transitions: 9,
          log: { ALL: 34311, ERROR: 375 },
          tags: 0,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1, HeadObject: 2 }, logBytes: 387 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            'delete-object': { s3: { DeleteObject: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 223 },
          },
        },
        rejected: {
          transitions: 6,
          log: { ALL: 23085, ERROR: 0 },
          tags: 3,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 223 },
          },
        },
        'too large': {
          transitions: 6,
          log: { ALL: 18806, ERROR: 0 },
          tags: 3,
          calls: {
            'check-file-type': { s3: {}, logBytes: 0 },
            'tag-object': { s3: { GetObjectTagging: 1, HeadObject: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 226 },
          },
        },
        unscannable: {
          transitions: 6,
          log: { ALL: 22822, ERROR: 0 },
          tags: 4,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1, HeadObject: 2 }, logBytes: 389 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 226 },
          },
        },
        error: {
          transitions: 8,
          log: { ALL: 24371, ERROR: 2084 },
          tags: 3,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: {}, logBytes: 0 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 220 },
          },
        },
      },
      EXPRESS: {
        clean: {
          transitions: 6,
          log: { ALL: 22640, ERROR: 0 },
          tags: 3,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1 }, logBytes: 335 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 220 },
          },
        },
        'clean, copied': {
          transitions: 7,
          log: { ALL: 29581, ERROR: 395 },
          tags: 3,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1 }, logBytes: 335 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            'copy-object': { s3: { HeadObject: 4, GetObjectTagging: 2, CopyObject: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 220 },
          },
        },
        empty: {
          transitions: 6,
          log: { ALL: 19288, ERROR: 0 },
          tags: 2,
          calls: {
            'check-file-type': { s3: {}, logBytes: 0 },
            'tag-object': { s3: { GetObjectTagging: 1, HeadObject: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 220 },
          },
        },
        'infected, tag': {
          transitions: 6,
          log: { ALL: 22962, ERROR: 0 },
          tags: 4,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1, HeadObject: 2 }, logBytes: 335 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 223 },
          },
        },
        'infected, quarantine': {
          transitions: 11,
          log: { ALL: 43428, ERROR: 414 },
          tags: 0,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1, HeadObject: 2 }, logBytes: 335 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            'quarantine-object': { s3: { HeadObject: 1, CopyObject: 1 }, logBytes: 0 },
            'delete-object': { s3: { DeleteObject: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 223 },
          },
        },
        'infected, delete': {
          transitions: 9,
          log: { ALL: 34732, ERROR: 410 },
          tags: 0,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1, HeadObject: 2 }, logBytes: 335 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            'delete-object': { s3: { DeleteObject: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 223 },
          },
        },
        rejected: {
          transitions: 6,
          log: { ALL: 23855, ERROR: 0 },
          tags: 3,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 223 },
          },
        },
        'too large': {
          transitions: 6,
          log: { ALL: 19576, ERROR: 0 },
          tags: 3,
          calls: {
            'check-file-type': { s3: {}, logBytes: 0 },
            'tag-object': { s3: { GetObjectTagging: 1, HeadObject: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 226 },
          },
        },
        unscannable: {
          transitions: 6,
          log: { ALL: 22928, ERROR: 0 },
          tags: 4,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: { GetObject: 1, HeadObject: 2 }, logBytes: 336 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 226 },
          },
        },
        error: {
          transitions: 8,
          log: { ALL: 24582, ERROR: 2136 },
          tags: 3,
          calls: {
            'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 },
            'scan-object': { s3: {}, logBytes: 0 },
            'tag-object': { s3: { GetObjectTagging: 1, PutObjectTagging: 1 }, logBytes: 0 },
            notify: { s3: {}, logBytes: 220 },
          },
        },
      },
    },
    overflow: {
      transitions: 6,
      log: { ALL: 19972, ERROR: 362 },
      tags: 0,
      calls: { 'check-file-type': { s3: { GetObject: 1 }, logBytes: 0 }, 'start-overflow': { s3: {}, logBytes: 0 } },
    },
    unversioned: {
      'check-file-type': { GetObject: 1 },
      'scan-object': { GetObject: 1 },
      'tag-object': { GetObjectTagging: 1, HeadObject: 2, PutObjectTagging: 1 },
      notify: {},
    },
    reads: {
      'check-file-type': {
        text: { '100 KB': 1, '1 MB': 1, '10 MB': 2 },
        pdf: { '100 KB': 1, '1 MB': 1, '10 MB': 2 },
        office: { '100 KB': 1, '1 MB': 1, '10 MB': 2 },
        photo: { '100 KB': 1, '1 MB': 1, '10 MB': 2 },
      },
      'scan-object': {
        text: { '100 KB': 1, '1 MB': 1, '10 MB': 1 },
        pdf: { '100 KB': 1, '1 MB': 1, '10 MB': 1 },
        office: { '100 KB': 1, '1 MB': 1, '10 MB': 1 },
        photo: { '100 KB': 1, '1 MB': 1, '10 MB': 1 },
      },
    },
  },
  timedOn: '2026-11-26',
  timedWith: '2 cores, 3,600,000 synthetic signatures',
  processorMs: {
    scan: {
      text: { '100 KB': 28.5, '1 MB': 85.1, '10 MB': 747.8 },
      pdf: { '100 KB': 61.9, '1 MB': 431.3, '10 MB': 4391.3 },
      office: { '100 KB': 78.1, '1 MB': 409.2, '10 MB': 3854 },
      photo: { '100 KB': 42, '1 MB': 156.1, '10 MB': 1174.5 },
    },
    check: {
      text: { '100 KB': 13.7, '1 MB': 45.9, '10 MB': 139.1 },
      pdf: { '100 KB': 26.2, '1 MB': 43.1, '10 MB': 17.3 },
      office: { '100 KB': 22.5, '1 MB': 29.2, '10 MB': 35.4 },
      photo: { '100 KB': 19.5, '1 MB': 13.4, '10 MB': 64 },
    },
    others: { 'tag-object': 12.6, 'quarantine-object': 16.6, 'delete-object': 4.5, notify: 13.1 },
  },
};
