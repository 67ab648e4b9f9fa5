import { App } from 'aws-cdk-lib';
import { checkWithNag } from './nag.ts';
import { AirlockStack } from './stacks/airlock-stack.ts';

const app = new App({ analyticsReporting: false, performanceReporting: false });
const stack = new AirlockStack(app, 'S3Airlock', { airlock: app.node.tryGetContext('airlock') });
checkWithNag(stack);
