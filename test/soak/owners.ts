/** What an owner says of every object at its upload, and has to find again. */
export const OWNERS = {
  put: { ContentType: 'application/x-soak', Metadata: { owner: 'soak' }, Tagging: 'project=soak' },
  headers: { 'content-type': 'application/x-soak', 'x-amz-meta-owner': 'soak' },
  tag: 'project',
} as const;
