import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';

export interface Quota {
  readonly QuotaCode: string;
  readonly QuotaName: string;
  readonly Value: number;
}

/** By service code; those of an account are what was agreed with AWS, so a test may change them. */
export type Quotas = Record<string, Quota[]>;

export interface ServiceQuotasApiProps {
  readonly quotas: Readonly<Quotas>;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
  /** Default: any free one. */
  readonly port?: number;
}

/**
 * Of Step Functions in us-east-1, as far as they limit uploads. The codes are made up.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const defaultQuotas = (): Quotas => ({
  states: [
    quota('L-00000001', 'StartExecution throttle token bucket size', 1300),
    quota('L-00000002', 'StartExecution throttle token refill rate per second', 300),
    quota('L-00000003', 'StateTransition throttle token bucket size', 5000),
    quota('L-00000004', 'StateTransition throttle token refill rate per second', 5000),
  ],
});

const quota = (QuotaCode: string, QuotaName: string, Value: number): Quota => ({ QuotaCode, QuotaName, Value });

interface Request {
  readonly ServiceCode: string;
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

const MAX_RESULTS = 100;

/** Service Quotas over HTTP: ListServiceQuotas; refuses any other call. */
export function startServiceQuotasApi({ quotas, authorize, port }: ServiceQuotasApiProps): Promise<Listening> {
  return startJsonApi({
    service: 'ServiceQuotasV20190624',
    version: '1.1',
    port,
    authorize,
    async answer({ action, body, authorize: check }) {
      if (action !== 'ListServiceQuotas') throw new ApiFault('NotImplemented', `${action} is not served here`, 501);
      await check('servicequotas:ListServiceQuotas', '*');
      const { ServiceCode, NextToken = '0', MaxResults = MAX_RESULTS } = JSON.parse(body) as Request;
      const all = Object.hasOwn(quotas, ServiceCode) ? quotas[ServiceCode] : undefined;
      if (all === undefined)
        throw new ApiFault('NoSuchResourceException', `The service ${ServiceCode} is not available`);
      const to = Number(NextToken) + MaxResults;
      return {
        Quotas: all.slice(Number(NextToken), to).map((each) => ({
          ServiceCode,
          QuotaArn: `arn:aws:servicequotas:${REGION}:${ACCOUNT}:${ServiceCode}/${each.QuotaCode}`,
          ...each,
          Unit: 'None',
          Adjustable: true,
          GlobalQuota: false,
        })),
        ...(to < all.length && { NextToken: String(to) }),
      };
    },
  });
}
