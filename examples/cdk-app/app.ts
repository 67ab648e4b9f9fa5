import { App, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { Airlock } from 's3-airlock';

/** An application with two buckets: one that people upload to, and one that was there before. */
class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const uploads = new Bucket(this, 'Uploads', {
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Its gate is added after the deployment: npx s3-airlock bucket-policy merge shop-archive --stack Shop
    const archive = Bucket.fromBucketName(this, 'Archive', 'shop-archive');

    const airlock = new Airlock(this, 'Airlock', {
      buckets: [uploads, { bucket: archive, prefixes: ['incoming/'] }],
      allowedTypes: ['documents', 'images'],
      onInfected: 'quarantine',
      alarmEmail: 'ops@example.com',
    });

    // What serves the files reads what is CLEAN, and nothing else.
    const webServer = new Role(this, 'WebServer', { assumedBy: new AccountRootPrincipal() });
    airlock.grantRead(webServer);

    // The application hears of every upload that is not CLEAN.
    const refused = new Queue(this, 'RefusedUploads', { retentionPeriod: Duration.days(14) });
    airlock.notificationsTopic.addSubscription(
      new SqsSubscription(refused, {
        filterPolicy: { status: SubscriptionFilter.stringFilter({ denylist: ['CLEAN'] }) },
      }),
    );

    airlock.metricVerdicts('INFECTED').createAlarm(this, 'Malware', { threshold: 1, evaluationPeriods: 1 });
    new CfnOutput(this, 'UploadsName', { value: uploads.bucketName });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
