/** Domain of the console by partition. Others have none that is public. */
const CONSOLES: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The account of `npm run local`, which has no console. */
const LOCAL_ACCOUNT = '000000000000';

/**
 * The console's page of an execution, a Map Run or an alarm.
 * @param startedAt of an EXPRESS execution: the console looks for its log around that time
 * @returns undefined for what has no page: an ARN of `npm run local`, of another partition, of anything else
 */
export function consoleLink(arn: string, startedAt = new Date()): string | undefined {
  const [, partition = '', service, region = '', account, kind, ...rest] = arn.split(':');
  const domain = Object.hasOwn(CONSOLES, partition) ? CONSOLES[partition] : undefined;
  if (domain === undefined || account === LOCAL_ACCOUNT || region === '') return undefined;
  const page = (name: string, hash: string) => `https://${region}.${domain}/${name}/home?region=${region}#${hash}`;
  const name = encodeURIComponent(rest.join(':'));
  switch (`${service}:${kind}`) {
    case 'states:execution':
      return page('states', `/v2/executions/details/${encodeURI(arn)}`);
    case 'states:express':
      return page('states', `/express-executions/details/${encodeURI(arn)}?startDate=${startedAt.getTime()}`);
    case 'states:mapRun':
      // The console finds the page of any ARN that it knows.
      return `https://${region}.${domain}/go/view?arn=${encodeURIComponent(arn)}`;
    case 'cloudwatch:alarm':
      return page('cloudwatch', `alarmsV2:alarm/${name}`);
    default:
      return undefined;
  }
}
