import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Identity } from '../http/certificate-authority.ts';
import { type Listening, listenOnLoopback } from '../http/loopback.ts';
import { type QueryStructure, readQuery, textIn } from '../http/query.ts';
import { writeXml, type XmlElement } from '../http/xml.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { resolveCaller } from '../s3/identity.ts';
import { ACTIONS } from './actions.ts';
import type { Signer } from './signer.ts';
import { SnsFault } from './sns-fault.ts';
import type { Topics } from './topics.ts';

export interface SnsApiProps {
  readonly topics: Topics;
  readonly signer: Signer;
  /** Of the https server. */
  readonly identity: Identity;
  /** Default: any free one. */
  readonly port?: number;
  /** Of the https server; default: any free one. */
  readonly securePort?: number;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
  /** By access key id. */
  readonly arnOf: (accessKeyId: string) => string;
}

export interface SnsApi extends Listening {
  /** `https://127.0.0.1:PORT`: the certificate of signatures, the links in messages, and the same API. */
  readonly secureEndpoint: string;
}

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** SNS over HTTP in the query protocol; refuses any action that is not in `actions.ts`. */
export async function startSnsApi(props: SnsApiProps): Promise<SnsApi> {
  const { identity, port, securePort } = props;
  const handle = (request: IncomingMessage, response: ServerResponse) => void answer(props, request, response);
  const plain = await listenOnLoopback(createServer(handle), port);
  const { certificate: cert, privateKey: key } = identity;
  const secure = await listenOnLoopback(createSecureServer({ cert, key }, handle), securePort).catch(async (fault) => {
    await plain.close();
    throw fault;
  });
  return {
    endpoint: plain.endpoint,
    secureEndpoint: secure.endpoint,
    close: async () => {
      await Promise.all([plain.close(), secure.close()]);
    },
  };
}

async function answer(props: SnsApiProps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const respond = (status: number, root: string, content: XmlElement) =>
    response.writeHead(status, { 'content-type': 'text/xml' }).end(writeXml(root, content, NAMESPACE));
  const RequestId = randomUUID();
  try {
    const { certificatePath, certificate } = props.signer;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === certificatePath) {
      response.writeHead(200, { 'content-type': 'application/x-pem-file' }).end(certificate);
      return;
    }
    const parameters = readQuery(request.method === 'GET' ? searchParams : new URLSearchParams(await text(request)));
    const action = textIn(parameters, 'Action') ?? '';
    const result = await call(props, action, parameters, request);
    respond(200, `${action}Response`, {
      ...(result !== undefined && { [`${action}Result`]: result }),
      ResponseMetadata: { RequestId },
    });
  } catch (fault) {
    const [status, Type, Code] =
      fault instanceof SnsFault ? [fault.status, 'Sender', fault.name] : [500, 'Receiver', 'InternalFailure'];
    respond(status, 'ErrorResponse', { Error: { Type, Code, Message: (fault as Error).message }, RequestId });
  }
}

async function call(
  { topics, authorize, arnOf }: SnsApiProps,
  name: string,
  parameters: QueryStructure,
  { headers }: IncomingMessage,
): Promise<XmlElement | undefined> {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) throw new SnsFault('NotImplemented', `${name} is not served here`);
  const { accessKeyId } = resolveCaller(headers.authorization, new Map(), new Date());
  if (accessKeyId === undefined && !action.open) {
    throw new SnsFault('MissingAuthenticationToken', 'Request is missing Authentication Token');
  }
  const caller = accessKeyId === undefined ? undefined : arnOf(accessKeyId);
  const props = { topics, parameters, caller };
  if (accessKeyId !== undefined) {
    const resource = action.topicOf?.(props) ?? '*';
    const permission = `sns:${action.permission ?? name}`;
    const { allowed, reason } = await authorize(accessKeyId, permission, resource);
    if (!allowed) {
      const message = `User: ${caller} is not authorized to perform: ${permission} on resource: ${resource}: ${reason}`;
      throw new SnsFault('AuthorizationError', message);
    }
  }
  return action.act(props);
}
