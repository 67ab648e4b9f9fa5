import { App } from 'aws-cdk-lib';
import { parseConfig } from './config/schema.ts';
import { checkWithNag } from './nag.ts';
import { AirlockStack } from './stacks/airlock-stack.ts';

const app = new App({ analyticsReporting: false, performanceReporting: false });
const stack = new AirlockStack(app, 'S3Airlock', { config: parseConfig(app.node.tryGetContext('airlock')) });
checkWithNag(stack);
