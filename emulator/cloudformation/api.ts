import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listening, listenOnLoopback } from '../http/loopback.ts';
import { writeXml, type XmlElement } from '../http/xml.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { resolveCaller } from '../s3/identity.ts';
import { ACCOUNT, type LocalStack, REGION } from './template.ts';

export interface CloudFormationApiProps {
  readonly stack: LocalStack;
  /** Default: CREATE_COMPLETE. */
  readonly status?: string;
  /** Default: any free one. */
  readonly port?: number | undefined;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
}

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** CloudFormation over HTTP: DescribeStacks of the only stack; refuses any other call. */
export function startCloudFormationApi({
  stack,
  status = 'CREATE_COMPLETE',
  port,
  authorize,
}: CloudFormationApiProps): Promise<Listening> {
  const arn = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stack.name}/local`;
  const created = new Date().toISOString();
  const server = createServer(async (request, response) => {
    const respond = (status: number, root: string, content: XmlElement) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(writeXml(root, content, NAMESPACE));
    const refuse = (status: number, Code: string, Message: string) =>
      respond(status, 'ErrorResponse', { Error: { Type: 'Sender', Code, Message }, RequestId: randomUUID() });
    try {
      const parameters = new URLSearchParams(await text(request));
      const action = parameters.get('Action');
      const name = parameters.get('StackName') ?? stack.name;
      if (action !== 'DescribeStacks') return refuse(400, 'InvalidAction', `${action} is not served here`);
      const { accessKeyId = 'anonymous' } = resolveCaller(request.headers.authorization, new Map(), new Date());
      const { allowed, reason } = await authorize(accessKeyId, `cloudformation:${action}`, arn);
      if (!allowed) return refuse(403, 'AccessDenied', `${accessKeyId} may not cloudformation:${action}: ${reason}`);
      if (name !== stack.name && name !== arn) {
        return refuse(400, 'ValidationError', `Stack with id ${name} does not exist`);
      }
      const member = {
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
      return respond(200, 'DescribeStacksResponse', { DescribeStacksResult: { Stacks: { member } } });
    } catch (fault) {
      return refuse(500, 'InternalFailure', String(fault));
    }
  });
  return listenOnLoopback(server, port);
}
