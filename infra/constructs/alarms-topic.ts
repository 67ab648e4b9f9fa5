import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

export interface AlarmsTopicProps {
  readonly key: IKey;
  readonly email: string | undefined;
}

/** Where every alarm is told. */
export class AlarmsTopic extends Topic {
  constructor(scope: Construct, id: string, { key, email }: AlarmsTopicProps) {
    super(scope, id, { masterKey: key, enforceSSL: true });
    if (email !== undefined) this.addSubscription(new EmailSubscription(email));
  }
}
