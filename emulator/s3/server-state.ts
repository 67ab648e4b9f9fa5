import type { Authorize } from './authorization.ts';
import type { Bodies, Body } from './bodies.ts';
import type { Buckets } from './buckets.ts';
import type { RequestCounters } from './counters.ts';
import type { S3Event } from './events.ts';
import type { Uploads } from './uploads.ts';

/** Everything the actions share. */
export interface S3State {
  readonly buckets: Buckets<Body>;
  readonly uploads: Uploads<Body>;
  readonly bodies: Bodies;
  readonly counters: RequestCounters;
  readonly authorize: Authorize;
  readonly onEvent: (event: S3Event) => void;
  readonly clock: () => Date;
  readonly account: string;
  readonly region: string;
}
