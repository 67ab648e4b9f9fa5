import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT } from '../cloudformation/template.ts';
import { type Policy, parsePolicy } from './policy.ts';
import { callerOf, type NamedPolicy, type Principal } from './principals.ts';
import { decideTaskAnswer, isTaskAnswer } from './task-answers.ts';

export interface Question {
  /** A principal, an AWS service (`events.amazonaws.com`), or undefined: anonymous. */
  readonly principal: Principal | string | undefined;
  /** `s3:GetObject` */
  readonly action: string;
  /** ARN; `*` for actions without a resource. */
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
  readonly resourcePolicy?: NamedPolicy | undefined;
}

/** One action on one resource pattern that a policy of this principal grants. */
export interface Grant {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

export interface Answer {
  readonly allowed: boolean;
  /** The reason for a refusal: a statement, or the lack of one. Empty when allowed. */
  readonly reason: string;
  /** The grants that allowed it; empty if only the resource's policy did. */
  readonly grants: readonly Grant[];
}

/**
 * IAM's decisions, by `@cloud-copilot/iam-simulate`. One takes about a millisecond, so it is cached for all
 * questions that the policies cannot distinguish; answers are recorded for `answers`.
 */
export class PolicyEngine {
  readonly #parsed = new WeakMap<object, Policy>();
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #given = new Set<Answer>();

  /** An undecidable question is an Error, not a permission. */
  async decide(question: Question): Promise<Answer> {
    const give = await this.prepare(question);
    return give();
  }

  /** Decides now for an answer that is given later; recorded only if it is given. */
  async prepare(question: Question): Promise<() => Answer> {
    const answer = await this.#answer(question);
    return () => {
      this.#given.add(answer);
      return answer;
    };
  }

  /** Every distinct answer so far. */
  answers(): readonly Answer[] {
    return [...this.#given];
  }

  #answer(question: Question): Promise<Answer> {
    const { identity, resource } = this.#policiesFor(question);
    const asked = {
      ...question,
      context: contextOf(question),
      resource: resourceOf(question, [...identity, ...resource]),
    };
    const key = keyOf(asked, [...identity, ...resource]);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = isTaskAnswer(asked.action) ? answerTask(asked) : simulate(asked, identity, resource);
    this.#answers.set(key, answer);
    return answer;
  }

  #policiesFor({ principal, resourcePolicy }: Question) {
    const own = typeof principal === 'object' ? principal.policies : [];
    return {
      identity: own.map((policy) => this.#parse(policy, 'identity')),
      resource: resourcePolicy === undefined ? [] : [this.#parse(resourcePolicy, 'resource')],
    };
  }

  #parse({ name, document }: NamedPolicy, kind: 'identity' | 'resource'): Policy {
    const policy = this.#parsed.get(document) ?? parsePolicy(name, document, kind);
    this.#parsed.set(document, policy);
    return policy;
  }
}

function contextOf({ principal, context }: Question): Question['context'] {
  return typeof principal === 'object' ? { ...context, ...callerOf(principal).context } : context;
}

/** A key is data: it contains no wildcard, variable or separator. */
function resourceOf({ resource }: Question, policies: readonly Policy[]): string {
  const [, bucket, key] = /^(arn:[^:]+:s3:::[^/]+)\/(.+)$/s.exec(resource) ?? [];
  if (bucket === undefined || key === undefined) return resource;
  if (policies.every(({ knowsNoKeys }) => knowsNoKeys)) return `${bucket}/key`;
  return `${bucket}/${encodeURIComponent(key.toWellFormed()).replaceAll('%2F', '/').replaceAll('*', '%2A')}`;
}

function keyOf({ principal, action, resource, context }: Question, policies: readonly Policy[]): string {
  const caller = typeof principal === 'object' ? principal.arn : principal;
  const matters = (key: string) => policies.some(({ conditionKeys }) => conditionKeys?.has(key.toLowerCase()) ?? true);
  const told = Object.entries(context).filter(([key]) => matters(key));
  return JSON.stringify([caller, action, resource, policies.map(({ id }) => id), told.sort()]);
}

async function answerTask({ principal, action, resource, context }: Question): Promise<Answer> {
  if (typeof principal !== 'object') return { allowed: false, reason: 'only roles and users may', grants: [] };
  const { allowed, denied, by } = decideTaskAnswer({
    caller: callerOf(principal).arn,
    action,
    stateMachineArn: resource,
    context,
    documents: principal.policies.map(({ document }) => document),
  });
  const { arn } = principal;
  if (allowed) return { allowed, reason: '', grants: by.map((grant) => ({ principal: arn, ...grant })) };
  return { allowed, reason: denied ? `a statement denies it to ${arn}` : `nothing allows ${arn} to`, grants: [] };
}

async function simulate(
  { principal, action, resource, context }: Question,
  identity: readonly Policy[],
  [resourcePolicy]: readonly Policy[],
): Promise<Answer> {
  const caller = typeof principal === 'object' ? callerOf(principal).arn : (principal ?? anonymousPrincipal);
  const simulation = await runSimulation(
    {
      request: {
        principal: caller,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies: identity.map(({ document }) => ({ name: document.metadata?.name ?? '', policy: document })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: resourcePolicy?.document,
    },
    {},
  );
  if (simulation.resultType !== 'single') {
    throw new Error(`${action} on ${resource} cannot be decided: ${JSON.stringify(simulation)}`);
  }
  const { analysis } = simulation.result;
  const arn = typeof principal === 'object' ? principal.arn : (principal ?? 'anonymous');
  if (analysis.result === 'Allowed') {
    const grants = (analysis.identityAnalysis?.allowStatements ?? []).flatMap(({ explain }) => {
      const actions = matching(explain.actions).map((matched) => matched.action);
      const resources = matching(explain.resources).map((matched) => matched.resource);
      return actions.flatMap((a) => resources.map((r) => ({ principal: arn, action: a, resource: r })));
    });
    return { allowed: true, reason: '', grants };
  }
  const denials = [
    ...(analysis.identityAnalysis?.denyStatements ?? []),
    ...(analysis.resourceAnalysis?.denyStatements ?? []),
  ].map(({ statement, policyId }) => statement.sid() ?? `statement ${statement.index()} of ${policyId}`);
  const reason = denials.length > 0 ? denials.join(', ') : `nothing allows ${arn} to`;
  return { allowed: false, reason, grants: [] };
}

function matching<Item extends { readonly matches: boolean }>(items: Item | Item[] | undefined): Item[] {
  return items === undefined ? [] : ([items].flat().filter(({ matches }) => matches) as Item[]);
}
