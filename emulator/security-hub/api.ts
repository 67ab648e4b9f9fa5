import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { ApiFault } from '../http/json-api.ts';
import { type Listening, listenOnLoopback } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { resolveCaller } from '../s3/identity.ts';
import type { SentFinding } from './asff.ts';
import { matches, type StringFilter, unknownFilter } from './filters.ts';
import type { SecurityHub } from './hub.ts';

export interface SecurityHubApiProps {
  readonly hub: SecurityHub;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
  /** Default: any free one. */
  readonly port?: number;
}

type Check = (action: string, resource: string) => Promise<void>;
type Action = (hub: SecurityHub, body: string, check: Check) => Promise<object>;

const ACTIONS: Readonly<Record<string, Action>> = {
  'POST /findings/import': batchImportFindings,
  'POST /findings': getFindings,
};

const HUB = `arn:aws:securityhub:${REGION}:${ACCOUNT}:hub/default`;
const MOST_FINDINGS = 100;
const RESULTS = { usual: 20, most: 100 };

/** Security Hub CSPM over HTTP: BatchImportFindings and GetFindings; refuses any other call. */
export function startSecurityHubApi({ hub, authorize, port }: SecurityHubApiProps): Promise<Listening> {
  const server = createServer(async (request, response) => {
    const respond = (status: number, content: object, headers: Readonly<Record<string, string>> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers })
        .end(JSON.stringify(content));
    try {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const body = await text(request);
      const { accessKeyId } = resolveCaller(request.headers.authorization, new Map(), new Date());
      if (accessKeyId === undefined) throw new ApiFault('MissingAuthenticationTokenException', 'it is not signed', 403);
      const action = ACTIONS[`${request.method} ${pathname}`];
      if (action === undefined) throw new ApiFault('NotImplemented', `${pathname} is not served here`, 501);
      const check: Check = async (iamAction, resource) => {
        const { allowed, reason } = await authorize(accessKeyId, iamAction, resource);
        const message = `${accessKeyId} is not authorized to perform: ${iamAction} on ${resource}: ${reason}`;
        if (!allowed) throw new ApiFault('AccessDeniedException', message, 403);
        if (!hub.enabled) {
          throw new ApiFault('InvalidAccessException', `Account ${ACCOUNT} is not subscribed to AWS Security Hub`, 401);
        }
      };
      respond(200, await action(hub, body, check));
    } catch (fault) {
      const { name, message, status } = fault instanceof ApiFault ? fault : asInternal(fault);
      respond(status, { Code: name, Message: message }, { 'x-amzn-errortype': name });
    }
  });
  return listenOnLoopback(server, port);
}

const asInternal = (fault: unknown) => ({ name: 'InternalException', message: String(fault), status: 500 });

async function batchImportFindings(hub: SecurityHub, body: string, check: Check): Promise<object> {
  const { Findings } = JSON.parse(body) as { readonly Findings?: readonly SentFinding[] };
  if (!Array.isArray(Findings) || Findings.length < 1 || Findings.length > MOST_FINDINGS) {
    throw new ApiFault('InvalidInputException', `Findings has not 1 to ${MOST_FINDINGS} members`);
  }
  for (const product of new Set(Findings.map(({ ProductArn }) => String(ProductArn)))) {
    await check('securityhub:BatchImportFindings', product);
  }
  const FailedFindings = Findings.flatMap((finding) => hub.import(finding) ?? []);
  const FailedCount = FailedFindings.length;
  return { FailedCount, SuccessCount: Findings.length - FailedCount, FailedFindings };
}

async function getFindings(hub: SecurityHub, body: string, check: Check): Promise<object> {
  await check('securityhub:GetFindings', HUB);
  const {
    Filters = {},
    MaxResults = RESULTS.usual,
    NextToken = '0',
  } = JSON.parse(body || '{}') as {
    readonly Filters?: Readonly<Record<string, readonly StringFilter[]>>;
    readonly MaxResults?: number;
    readonly NextToken?: string;
  };
  const unknown = unknownFilter(Filters);
  if (unknown !== undefined) throw new ApiFault('NotImplemented', `the filter ${unknown} is not served here`, 501);
  if (MaxResults < 1 || MaxResults > RESULTS.most) {
    throw new ApiFault('InvalidInputException', `MaxResults is not 1 to ${RESULTS.most}`);
  }
  const found = hub.all().filter((finding) => matches(finding, Filters));
  const to = Number(NextToken) + MaxResults;
  return { Findings: found.slice(Number(NextToken), to), ...(to < found.length && { NextToken: String(to) }) };
}
