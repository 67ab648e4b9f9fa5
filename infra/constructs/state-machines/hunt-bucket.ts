import type { Construct } from 'constructs';
import { BucketMap, type BucketMapProps } from './bucket-map.ts';

/** The state machine that looks for given rules in whole buckets, and changes nothing there. */
export class HuntBucket extends BucketMap {
  constructor(scope: Construct, id: string, props: Pick<BucketMapProps, 'tasks' | 'results' | 'records'>) {
    super(scope, id, { ...props, definition: 'statemachines/hunt-bucket.asl.json', folder: 'hunts' });
  }
}
