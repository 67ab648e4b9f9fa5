import { App } from 'aws-cdk-lib';
import { APP_CONTEXT } from './app-context.ts';
import { readCdkFiles } from './config/cdk-files.ts';
import { ConfigurationError } from './config/configuration-error.ts';
import { findAirlock } from './config/find-airlock.ts';
import { checkWithNag } from './nag.ts';
import { AirlockStack } from './stacks/airlock-stack.ts';

const app = new App({ analyticsReporting: false, performanceReporting: false, context: APP_CONTEXT });
try {
  const { airlock, notices } = findAirlock(app.node.getAllContext(), readCdkFiles());
  for (const notice of notices) process.stderr.write(`${notice}\n`);
  const stack = new AirlockStack(app, 'S3Airlock', { airlock });
  checkWithNag(stack);
} catch (fault) {
  if (!(fault instanceof ConfigurationError)) throw fault;
  process.stderr.write(`${fault.message}\n`);
  // At once: otherwise CDK would synthesize what there is of the app.
  process.exit(1);
}
