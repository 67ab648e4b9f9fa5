/** Each service's place behind the port of S3. A new one goes to the end, so that the others keep theirs. */
const SERVICES = [
  's3',
  'cloudFormation',
  'cloudWatch',
  'stepFunctions',
  'eventBridge',
  'sqs',
  'cloudWatchLogs',
  'lambda',
  'sts',
  'sns',
  'serviceQuotas',
  'snsSecure',
  'securityHub',
  'console',
] as const;

type Service = (typeof SERVICES)[number];

/** The highest port of S3 that leaves room for the others. */
export const LAST_PORT = 65_535 - 20;

/** @param first the port of S3; 0: any free one for each */
export function portOf(service: Service, first = 0): number {
  return first === 0 ? 0 : first + SERVICES.indexOf(service);
}
