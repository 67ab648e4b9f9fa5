/**
 * Values of a template as they may be deployed, each as long as it can be: names that CloudFormation makes have the
 * longest length of their type, the region and the partition those of the longest that exist.
 */
export type Values = (value: unknown) => unknown;

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-1',
  'AWS::AccountId': '1'.repeat(12),
  'AWS::URLSuffix': 'amazonaws.com.cn',
  'AWS::StackName': 's'.repeat(128),
  'AWS::StackId': 's'.repeat(250),
};

interface Identity {
  readonly nameProperty?: string;
  readonly longestName: number;
  readonly service: string;
  /** Before the name in the ARN. */
  readonly resource: string;
  readonly ref?: 'arn' | 'url';
}

const IDENTITIES: Readonly<Record<string, Identity>> = {
  'AWS::S3::Bucket': { nameProperty: 'BucketName', longestName: 63, service: 's3', resource: '' },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', longestName: 64, service: 'lambda', resource: 'function:' },
  'AWS::StepFunctions::StateMachine': { longestName: 80, service: 'states', resource: 'stateMachine:', ref: 'arn' },
  'AWS::SNS::Topic': { longestName: 256, service: 'sns', resource: '', ref: 'arn' },
  'AWS::SQS::Queue': { longestName: 80, service: 'sqs', resource: '', ref: 'url' },
  'AWS::IAM::Role': { nameProperty: 'RoleName', longestName: 64, service: 'iam', resource: 'role/' },
  'AWS::KMS::Key': { longestName: 36, service: 'kms', resource: 'key/' },
  'AWS::Logs::LogGroup': { nameProperty: 'LogGroupName', longestName: 512, service: 'logs', resource: 'log-group:' },
  'AWS::CloudWatch::Alarm': { nameProperty: 'AlarmName', longestName: 255, service: 'cloudwatch', resource: 'alarm:' },
};
const OTHER: Identity = { longestName: 128, service: 'cloudformation', resource: 'other/' };

/** Reads intrinsic functions of a template with these resources. What is unknown stays as it is, which is longer. */
export function longestValues(resources: Readonly<Record<string, Resource>>): Values {
  const identity = (id: string) => IDENTITIES[resources[id]?.Type ?? ''] ?? OTHER;
  const nameOf = (id: string): string => {
    const { nameProperty, longestName } = identity(id);
    const given = nameProperty === undefined ? undefined : resources[id]?.Properties?.[nameProperty];
    return given === undefined ? 'n'.repeat(longestName) : String(resolve(given));
  };
  const arnOf = (id: string): string => {
    const { service, resource } = identity(id);
    const { 'AWS::Partition': partition, 'AWS::Region': region, 'AWS::AccountId': account } = PSEUDO;
    return service === 's3'
      ? `arn:${partition}:s3:::${nameOf(id)}`
      : `arn:${partition}:${service}:${region}:${account}:${resource}${nameOf(id)}`;
  };
  const ref = (id: string): string => {
    if (PSEUDO[id] !== undefined) return PSEUDO[id];
    const kind = identity(id).ref;
    if (kind === 'arn') return arnOf(id);
    return kind === 'url'
      ? `https://sqs.${PSEUDO['AWS::Region']}.amazonaws.com/${'1'.repeat(12)}/${nameOf(id)}`
      : nameOf(id);
  };
  const attribute = (id: string, name: string) => (/Arn$/.test(name) ? arnOf(id) : nameOf(id));
  const substitute = ([text, variables]: readonly unknown[]) =>
    String(text).replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      const given = (variables as Record<string, unknown> | undefined)?.[name];
      if (given !== undefined) return String(resolve(given));
      const [id = '', ...rest] = name.split('.');
      return rest.length === 0 ? ref(id) : attribute(id, rest.join('.'));
    });

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value);
    const [name = '', argument] = entries.length === 1 ? (entries[0] ?? []) : [];
    if (name === 'Ref') return ref(String(argument));
    if (name === 'Fn::GetAtt') {
      const [id = '', ...rest] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
      return attribute(id, rest.join('.'));
    }
    if (name === 'Fn::Join' && Array.isArray(argument))
      return (resolve(argument[1]) as unknown[]).join(String(argument[0]));
    if (name === 'Fn::Sub') return substitute([argument].flat());
    // The longer branch, since nobody knows which one a region takes.
    if (name === 'Fn::If' && Array.isArray(argument)) return argument.slice(1).map(resolve).toSorted(longerFirst)[0];
    return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item)]));
  }
  return resolve;
}

const longerFirst = (one: unknown, other: unknown) => JSON.stringify(other).length - JSON.stringify(one).length;
