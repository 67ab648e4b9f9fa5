/** The owner's metadata for every object at upload, which must be preserved. */
export const OWNERS = {
  put: { ContentType: 'application/octet-stream', Metadata: { owner: 'soak' }, Tagging: 'project=soak' },
  headers: { 'content-type': 'application/octet-stream', 'x-amz-meta-owner': 'soak' },
  tag: 'project',
} as const;
