export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Description?: string }>>;
}

/** A resource whose properties have all intrinsic functions resolved. */
export interface LocalResource {
  readonly logicalId: string;
  readonly type: string;
  /** The value of `Ref`: a name, an ARN or a URL, as in CloudFormation for the type. */
  readonly ref: string;
  readonly arn: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are a tree without a schema here
  readonly properties: Readonly<Record<string, any>>;
}

export interface LocalOutput {
  readonly key: string;
  readonly value: string;
  readonly description: string | undefined;
}

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

const PSEUDO_PARAMETERS = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

interface Identity {
  /** Property that names the resource, if the user may. */
  readonly nameProperty?: string;
  readonly arn: (name: string) => string;
  /** The value of `Ref`; default: the name. */
  readonly ref?: 'name' | 'arn' | 'url';
}

const inRegion = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

const IDENTITIES: Readonly<Record<string, Identity>> = {
  'AWS::S3::Bucket': { nameProperty: 'BucketName', arn: (name) => `arn:aws:s3:::${name}`, ref: 'name' },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    arn: (name) => inRegion('lambda', `function:${name}`),
    ref: 'name',
  },
  'AWS::StepFunctions::StateMachine': {
    nameProperty: 'StateMachineName',
    arn: (name) => inRegion('states', `stateMachine:${name}`),
    ref: 'arn',
  },
  'AWS::SNS::Topic': { nameProperty: 'TopicName', arn: (name) => inRegion('sns', name), ref: 'arn' },
  'AWS::SQS::Queue': { nameProperty: 'QueueName', arn: (name) => inRegion('sqs', name), ref: 'url' },
  'AWS::IAM::Role': { nameProperty: 'RoleName', arn: (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`, ref: 'name' },
  'AWS::Events::Rule': { nameProperty: 'Name', arn: (name) => inRegion('events', `rule/${name}`), ref: 'name' },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    arn: (name) => inRegion('scheduler', `schedule/default/${name}`),
    ref: 'name',
  },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    arn: (name) => inRegion('cloudwatch', `alarm:${name}`),
    ref: 'name',
  },
  'AWS::KMS::Key': { arn: (name) => inRegion('kms', `key/${name}`), ref: 'name' },
  'AWS::Logs::LogGroup': { nameProperty: 'LogGroupName', arn: (name) => inRegion('logs', `log-group:${name}:*`) },
};

export const stackArn = (name: string): string => inRegion('cloudformation', `stack/${name}/local`);

export interface StackOptions {
  readonly stackName?: string;
  /** Endpoint of queues, whose `Ref` is their URL. */
  readonly sqsEndpoint?: string;
  /** Instead of those here, as `AWS::Region`. */
  readonly pseudoParameters?: Readonly<Record<string, string>>;
}

/**
 * Reads a synthesized template as CloudFormation does, with made-up physical names. An unknown intrinsic function is
 * an error, never a guess.
 * @throws Error naming the function or the resource
 */
export function readTemplate(
  template: Template,
  { stackName = 'S3Airlock', sqsEndpoint = `https://sqs.${REGION}.amazonaws.com`, ...options }: StackOptions = {},
): LocalStack {
  const pseudoParameters: Readonly<Record<string, string>> = {
    ...PSEUDO_PARAMETERS,
    'AWS::StackName': stackName,
    'AWS::StackId': stackArn(stackName),
    ...options.pseudoParameters,
  };
  const names = new Map<string, string>();
  const nameOf = (logicalId: string): string => {
    const known = names.get(logicalId);
    if (known !== undefined) return known;
    const { Type, Properties } = resourceAt(template, logicalId);
    const property = IDENTITIES[Type]?.nameProperty;
    const given = property === undefined ? undefined : Properties?.[property];
    const name = given === undefined ? physicalName(Type, logicalId) : String(resolve(given));
    names.set(logicalId, name);
    return name;
  };
  const identityOf = (logicalId: string) => IDENTITIES[resourceAt(template, logicalId).Type];
  const arnOf = (logicalId: string) => {
    const name = nameOf(logicalId);
    return identityOf(logicalId)?.arn(name) ?? name;
  };
  const refOf = (logicalId: string): string => {
    if (Object.hasOwn(pseudoParameters, logicalId)) return pseudoParameters[logicalId] as string;
    switch (identityOf(logicalId)?.ref) {
      case 'arn':
        return arnOf(logicalId);
      case 'url':
        return `${sqsEndpoint}/${ACCOUNT}/${nameOf(logicalId)}`;
      default:
        return nameOf(logicalId);
    }
  };
  const attributeOf = (logicalId: string, attribute: string): string => {
    const identity = identityOf(logicalId);
    if (identity !== undefined && (attribute === 'Arn' || attribute === 'TopicArn')) return arnOf(logicalId);
    if (identity?.nameProperty !== undefined && ['Name', identity.nameProperty].includes(attribute)) {
      return nameOf(logicalId);
    }
    throw new Error(`Fn::GetAtt ${logicalId}.${attribute} has no local counterpart`);
  };

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map(resolve).filter((item) => item !== NO_VALUE);
    }
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined && /^(Ref|Fn::.*)$/.test(first[0])) return intrinsic(...first);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, resolve(item)] as const).filter(([, item]) => item !== NO_VALUE),
    );
  }

  function intrinsic(name: string, argument: unknown): unknown {
    if (name === 'Ref') return argument === 'AWS::NoValue' ? NO_VALUE : refOf(String(argument));
    if (name === 'Fn::Sub') return substitute(argument);
    if (name === 'Fn::If') {
      const [condition, yes, no] = argument as [string, unknown, unknown];
      return resolve(holds({ Condition: condition }) ? yes : no);
    }
    const list = (Array.isArray(argument) ? argument : String(argument).split('.')).map(resolve);
    switch (name) {
      case 'Fn::GetAtt':
        return attributeOf(String(list[0]), list.slice(1).join('.'));
      case 'Fn::Join':
        return (list[1] as unknown[]).join(String(list[0]));
      case 'Fn::Select':
        return (list[1] as unknown[])[Number(list[0])];
      case 'Fn::Split':
        return String(list[1]).split(String(list[0]));
      default:
        throw new Error(`intrinsic function ${name} has no local counterpart`);
    }
  }

  /** An expression of the template's `Conditions`. */
  function holds(expression: unknown): boolean {
    const [[name, argument] = ['', undefined]] = Object.entries(expression as object);
    if (name === 'Condition') {
      const { Conditions = {} } = template;
      if (Object.hasOwn(Conditions, argument)) return holds(Conditions[argument]);
      throw new Error(`the template has no condition ${argument}`);
    }
    if (name === 'Fn::Equals') return resolve(argument[0]) === resolve(argument[1]);
    if (name === 'Fn::Not') return !holds(argument[0]);
    if (name === 'Fn::And') return argument.every(holds);
    if (name === 'Fn::Or') return argument.some(holds);
    throw new Error(`condition function ${name} has no local counterpart`);
  }

  function substitute(argument: unknown): string {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return String(resolve(variables[name]));
      const [logicalId = '', ...attribute] = name.split('.');
      return attribute.length === 0 ? refOf(logicalId) : attributeOf(logicalId, attribute.join('.'));
    });
  }

  const resources = new Map<string, LocalResource>();
  for (const [logicalId, { Type, Properties = {} }] of Object.entries(template.Resources)) {
    resources.set(logicalId, {
      logicalId,
      type: Type,
      ref: refOf(logicalId),
      arn: arnOf(logicalId),
      properties: resolve(Properties) as LocalResource['properties'],
    });
  }
  return {
    name: stackName,
    resources,
    outputs: Object.entries(template.Outputs ?? {}).map(([key, { Value, Description }]) => ({
      key,
      value: String(resolve(Value)),
      description: Description,
    })),
    ofType: (type) => [...resources.values()].filter((resource) => resource.type === type),
    byArn: (arn) => [...resources.values()].find((resource) => resource.arn === arn),
  };
}

export interface LocalStack {
  readonly name: string;
  readonly resources: ReadonlyMap<string, LocalResource>;
  readonly outputs: readonly LocalOutput[];
  ofType(type: string): LocalResource[];
  byArn(arn: string): LocalResource | undefined;
}

const NO_VALUE = Symbol('AWS::NoValue');

function resourceAt(template: Template, logicalId: string): Resource {
  const resource = Object.hasOwn(template.Resources, logicalId) ? template.Resources[logicalId] : undefined;
  if (resource === undefined) throw new Error(`the template refers to ${logicalId}, which does not exist`);
  return resource;
}

/**
 * Bucket names are lower case and at most 63 characters; a logical id is unique by its last 8. Other names stay
 * unchanged.
 */
function physicalName(type: string, logicalId: string): string {
  if (type !== 'AWS::S3::Bucket') return logicalId;
  const name = logicalId.toLowerCase();
  return name.length <= 63 ? name : name.slice(0, 55) + name.slice(-8);
}
