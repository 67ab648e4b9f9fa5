import { Option } from 'commander';

export const stackOption = () => new Option('--stack <name>', 'name or ARN of the stack').default('S3Airlock');
