import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { paginateListServiceQuotas } from '@aws-sdk/client-service-quotas';
import type { Patient } from './clients.ts';
import { type Check, type Outcome, ok, warning } from './finding.ts';

const RAISE = 'docs/scale.md#ask-aws-for-more';

/** What the functions without engines of their own need in a burst; AWS keeps so many free where it can. */
const UNRESERVED_NEEDED = 100;

/** Of a clean upload, STANDARD: docs/scale.md. */
const TRANSITIONS_PER_UPLOAD = 6;

/** Quotas of Step Functions that limit uploads, by the beginning of their name. */
const STATES_QUOTAS = [
  {
    name: 'StartExecution throttle token refill rate',
    /** AWS's default in its smaller regions; new accounts begin with less. */
    usual: 150,
    limits: (value: number) => `${whole(value)} uploads can start a second; EventBridge delivers the others again`,
  },
  {
    name: 'StateTransition throttle token refill rate',
    usual: 800,
    limits: (value: number) =>
      `${whole(value)} transitions a second are ${whole(value / TRANSITIONS_PER_UPLOAD)} uploads; more are delayed`,
  },
];

export function quotaChecks(patient: Patient): readonly Check[] {
  return [concurrency(patient), ...STATES_QUOTAS.map((quota) => statesQuota(patient, quota))];
}

/** How many invocations the account may run at once, and what is left for others than the engines. */
function concurrency(patient: Patient): Check {
  return {
    check: 'quota',
    subject: 'Lambda concurrency',
    permissions: ['lambda:GetAccountSettings', 'lambda:GetFunctionConcurrency', 'cloudformation:ListStackResources'],
    async look() {
      const { AccountLimit = {} } = await patient.clients.lambda.send(new GetAccountSettingsCommand({}));
      const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit;
      const reserved = await reservedByStack(patient);
      const found = [
        `${whole(ConcurrentExecutions)} invocations at once in this region`,
        `${whole(reserved)} reserved for the engines of this stack`,
        `${whole(UnreservedConcurrentExecutions)} left for all other functions`,
      ].join(', ');
      if (UnreservedConcurrentExecutions >= UNRESERVED_NEEDED) return [ok(found)];
      return [warning(`${found}: a burst needs ${UNRESERVED_NEEDED}, else verdicts are late`, RAISE)];
    },
  };
}

async function reservedByStack({ clients: { cloudFormation: client, lambda }, deployed }: Patient): Promise<number> {
  let reserved = 0;
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client },
    { StackName: deployed.id },
  )) {
    for (const { ResourceType, PhysicalResourceId: FunctionName } of StackResourceSummaries) {
      if (ResourceType !== 'AWS::Lambda::Function' || FunctionName === undefined) continue;
      const { ReservedConcurrentExecutions = 0 } = await lambda.send(
        new GetFunctionConcurrencyCommand({ FunctionName }),
      );
      reserved += ReservedConcurrentExecutions;
    }
  }
  return reserved;
}

function statesQuota({ clients: { quotas: client } }: Patient, quota: (typeof STATES_QUOTAS)[number]): Check {
  return {
    check: 'quota',
    subject: quota.name,
    permissions: ['servicequotas:ListServiceQuotas'],
    async look(): Promise<readonly Outcome[]> {
      for await (const { Quotas = [] } of paginateListServiceQuotas({ client }, { ServiceCode: 'states' })) {
        const { Value } = Quotas.find(({ QuotaName = '' }) => QuotaName.startsWith(quota.name)) ?? {};
        if (Value === undefined) continue;
        const found = quota.limits(Value);
        if (Value >= quota.usual) return [ok(found)];
        return [warning(`${found}; usual are ${whole(quota.usual)}`, RAISE)];
      }
      return [ok('Service Quotas has no value of its own for it: the default of the region applies')];
    },
  };
}

const whole = (value: number) => Math.floor(value).toLocaleString('en-US');
