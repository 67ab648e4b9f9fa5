import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listening, listenOnLoopback } from '../http/loopback.ts';
import { writeXml, type XmlElement } from '../http/xml.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { resolveCaller } from '../s3/identity.ts';
import { DriftDetection, DriftFault } from './drift.ts';
import { type LocalStack, stackArn } from './template.ts';

export interface CloudFormationApiProps {
  readonly stack: LocalStack;
  /** Default: CREATE_COMPLETE. */
  readonly status?: string;
  /** Default: any free one. */
  readonly port?: number | undefined;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
}

export interface CloudFormationApi extends Listening {
  /** What has drifted, for whoever breaks the stack. */
  readonly drift: DriftDetection;
}

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** How many resources ListStackResources returns at once. */
const RESOURCES_PER_PAGE = 100;

/** CloudFormation over HTTP: DescribeStacks and ListStackResources of the only stack, and its drift; no other call. */
export async function startCloudFormationApi({
  stack,
  status = 'CREATE_COMPLETE',
  port,
  authorize,
}: CloudFormationApiProps): Promise<CloudFormationApi> {
  const arn = stackArn(stack.name);
  const created = new Date().toISOString();
  const drift = new DriftDetection(stack, arn);
  const actions: Readonly<Record<string, (parameters: URLSearchParams) => XmlElement>> = {
    DescribeStacks: () => ({ Stacks: { member: described(stack, { arn, created, status }) } }),
    ListStackResources: (parameters) => listed(stack, { created, status }, parameters.get('NextToken')),
    DetectStackDrift: () => drift.detect(),
    DescribeStackDriftDetectionStatus: (parameters) => drift.status(parameters),
    DescribeStackResourceDrifts: (parameters) => drift.resources(parameters),
  };
  const server = createServer(async (request, response) => {
    const respond = (status: number, root: string, content: XmlElement) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(writeXml(root, content, NAMESPACE));
    const refuse = (status: number, Code: string, Message: string) =>
      respond(status, 'ErrorResponse', { Error: { Type: 'Sender', Code, Message }, RequestId: randomUUID() });
    try {
      const parameters = new URLSearchParams(await text(request));
      const action = parameters.get('Action') ?? '';
      const name = parameters.get('StackName') ?? stack.name;
      const answer = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (answer === undefined) return refuse(400, 'InvalidAction', `${action} is not served here`);
      const { accessKeyId = 'anonymous' } = resolveCaller(request.headers.authorization, new Map(), new Date());
      // The only one of these that is not about one stack.
      const resource = action === 'DescribeStackDriftDetectionStatus' ? '*' : arn;
      const { allowed, reason } = await authorize(accessKeyId, `cloudformation:${action}`, resource);
      if (!allowed) return refuse(403, 'AccessDenied', `${accessKeyId} may not cloudformation:${action}: ${reason}`);
      if (name !== stack.name && name !== arn) {
        return refuse(400, 'ValidationError', `Stack with id ${name} does not exist`);
      }
      return respond(200, `${action}Response`, { [`${action}Result`]: answer(parameters) });
    } catch (fault) {
      if (fault instanceof DriftFault) return refuse(400, fault.name, fault.message);
      return refuse(500, 'InternalFailure', String(fault));
    }
  });
  return { ...(await listenOnLoopback(server, port)), drift };
}

interface Stamp {
  readonly created: string;
  readonly status: string;
}

function described(stack: LocalStack, { arn, created, status }: Stamp & { readonly arn: string }): XmlElement {
  return {
    StackId: arn,
    StackName: stack.name,
    CreationTime: created,
    StackStatus: status,
    Outputs: {
      member: stack.outputs.map(({ key, value, description }) => ({
        OutputKey: key,
        OutputValue: value,
        Description: description,
      })),
    },
  };
}

/** The template is flat: there are no nested stacks among them. */
function listed({ resources }: LocalStack, { created, status }: Stamp, token: string | null): XmlElement {
  const from = Number(token ?? 0);
  const to = from + RESOURCES_PER_PAGE;
  const member = [...resources.values()].slice(from, to).map(({ logicalId, ref, type }) => ({
    LogicalResourceId: logicalId,
    PhysicalResourceId: ref,
    ResourceType: type,
    LastUpdatedTimestamp: created,
    ResourceStatus: status,
  }));
  return { StackResourceSummaries: { member }, NextToken: to < resources.size ? to : undefined };
}
