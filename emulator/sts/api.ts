import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { ACCOUNT } from '../cloudformation/template.ts';
import { type Listening, listenOnLoopback } from '../http/loopback.ts';
import { writeXml, type XmlElement } from '../http/xml.ts';
import { callerOf, type Principal } from '../iam/principals.ts';
import { resolveCaller } from '../s3/identity.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS over HTTP: GetCallerIdentity, which needs no permission; refuses any other call. */
export function startStsApi(
  principal: (accessKeyId: string) => Principal | undefined,
  port?: number,
): Promise<Listening> {
  const server = createServer(async (request, response) => {
    const respond = (status: number, root: string, content: XmlElement) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(writeXml(root, content, NAMESPACE));
    const refuse = (status: number, Code: string, Message: string) =>
      respond(status, 'ErrorResponse', { Error: { Type: 'Sender', Code, Message }, RequestId: randomUUID() });
    try {
      const action = new URLSearchParams(await text(request)).get('Action');
      if (action !== 'GetCallerIdentity') return refuse(400, 'InvalidAction', `${action} is not served here`);
      const { accessKeyId } = resolveCaller(request.headers.authorization, new Map(), new Date());
      const caller = accessKeyId === undefined ? undefined : principal(accessKeyId);
      if (caller === undefined || accessKeyId === undefined) {
        return refuse(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
      }
      const GetCallerIdentityResult = { Arn: callerOf(caller).arn, UserId: accessKeyId, Account: ACCOUNT };
      return respond(200, 'GetCallerIdentityResponse', { GetCallerIdentityResult });
    } catch (fault) {
      return refuse(500, 'InternalFailure', String(fault));
    }
  });
  return listenOnLoopback(server, port);
}
