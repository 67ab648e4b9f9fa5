import { Option } from 'commander';

export const stackOption = () =>
  new Option('--stack <name>', 'name or ARN of the stack; of several airlocks in it, one as Stack/Airlock').default(
    'S3Airlock',
  );
