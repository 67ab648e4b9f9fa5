import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { parseConfig } from '../config/schema.ts';
import { Airlock } from '../constructs/airlock.ts';
import type { AirlockProps } from '../constructs/airlock-props.ts';

export interface AirlockStackProps extends StackProps {
  /** The object `airlock` of cdk.json. */
  readonly airlock?: unknown;
}

/** A stack with an airlock and nothing else. */
export class AirlockStack extends Stack {
  readonly airlock: Airlock;

  /** @throws Error when `airlock` is not a valid configuration, one line for each fault */
  constructor(scope: Construct, id: string, { airlock = {}, ...props }: AirlockStackProps) {
    const { stackName } = parseConfig(airlock);
    super(scope, id, { stackName, description: 'Keeps malware out of S3 buckets: s3-airlock', ...props });
    const { stackName: _, ...rest } = airlock as AirlockProps & { readonly stackName?: string };
    // Not in the ids of what it contains.
    this.airlock = new Airlock(this, 'Default', rest);
  }
}
