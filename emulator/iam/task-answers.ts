import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT } from '../cloudformation/template.ts';

/**
 * AWS decides these on the token's state machine, though its reference lists no resource for them, and the simulator
 * takes no resource that is not listed. CDK's `grantTaskResponse` grants them on the state machine too.
 */
const TASK_ANSWERS = new Set(['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat']);

export interface TaskAnswerQuestion {
  /** ARN, a role's as a session. */
  readonly caller: string;
  readonly action: string;
  readonly stateMachineArn: string;
  readonly context: Readonly<Record<string, string | string[]>>;
  /** The caller's policies. */
  readonly documents: readonly object[];
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

export function isTaskAnswer(action: string): boolean {
  return TASK_ANSWERS.has(action);
}

/** Whether the caller may answer the Tasks of a state machine, and every pair of action and resource that lets it. */
export function decideTaskAnswer(question: TaskAnswerQuestion): {
  readonly allowed: boolean;
  readonly denied: boolean;
  readonly by: readonly { readonly action: string; readonly resource: string }[];
} {
  const result = simulate(question, question.documents);
  if (result !== 'Allowed') return { allowed: false, denied: result === 'ExplicitlyDenied', by: [] };
  const pairs = question.documents
    .flatMap((document) => [(document as { Statement: Statement | Statement[] }).Statement].flat())
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) =>
      [statement.Action ?? []].flat().flatMap((action) =>
        [statement.Resource ?? []].flat().map((resource) => ({
          action,
          resource,
          document: { Version: '2012-10-17', Statement: [{ ...statement, Action: action, Resource: resource }] },
        })),
      ),
    );
  const by = pairs.filter(({ document }) => simulate(question, [document]) === 'Allowed');
  return { allowed: true, denied: false, by: by.map(({ action, resource }) => ({ action, resource })) };
}

function simulate(question: TaskAnswerQuestion, documents: readonly object[]) {
  const { caller, action, stateMachineArn, context } = question;
  return runUnsafeSimulation(
    {
      request: {
        principal: caller,
        action,
        resource: { resource: stateMachineArn, accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies: documents.map((policy, index) => ({ name: String(index), policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: undefined,
    },
    {},
  );
}
