import { z } from 'zod';

const count = z.int().nonnegative();
const Position = z.object({ key: z.string().min(1), versionId: z.string().optional() });

/** What a report looks at, and how. */
export const Asked = z.object({
  targets: z.array(z.object({ bucket: z.string().min(1), prefix: z.string() })).min(1),
  /** Words of the dialect or of s3-airlock, `none`; empty: all but CLEAN. */
  status: z.array(z.string().min(1)),
  /** ISO 8601. */
  since: z.iso.datetime().optional(),
  versions: z.boolean(),
});
export type Asked = z.infer<typeof Asked>;

/** How far a report has come: everything up to a key is counted, and nothing behind it. */
export const Progress = z.object({
  /** Which of the targets it is in. */
  target: count,
  after: Position.optional(),
  /** By bucket, and by status or why there is none. */
  counts: z.record(z.string(), z.record(z.string(), count)),
  objects: count,
  reported: count,
  requests: z.object({ list: count, tags: count }),
});
export type Progress = z.infer<typeof Progress>;

export const NOTHING: Progress = {
  target: 0,
  counts: {},
  objects: 0,
  reported: 0,
  requests: { list: 0, tags: 0 },
};
