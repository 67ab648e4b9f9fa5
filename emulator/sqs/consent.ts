import { ACCOUNT } from '../cloudformation/template.ts';
import type { Answer, Question } from '../iam/policy-engine.ts';
import type { Queue } from './queue.ts';

export interface Sender {
  /** `sns.amazonaws.com` */
  readonly service: string;
  /** The topic or the rule in whose name it sends. */
  readonly sourceArn: string;
  readonly queue: Queue;
}

/**
 * Whether a queue's policy lets a service of AWS send. Once decided for a policy, the answer is there at once: what is
 * published is then in the queue when `publish` returns. A policy that cannot be decided lets nobody.
 */
export class Consent {
  readonly #decide: (question: Question) => Promise<Answer>;
  /** By the policy, then by service and source. */
  readonly #known = new WeakMap<object, Map<string, Answer>>();

  constructor(decide: (question: Question) => Promise<Answer>) {
    this.#decide = decide;
  }

  /** The answer, if it is known. */
  of(sender: Sender): Answer | Promise<Answer> {
    return this.#answersFor(sender).get(keyOf(sender)) ?? this.ask(sender);
  }

  async ask(sender: Sender): Promise<Answer> {
    const { service, sourceArn, queue } = sender;
    const { policy } = queue;
    const answers = this.#answersFor(sender);
    const answer =
      policy === undefined
        ? { allowed: false, reason: 'it has no policy', grants: [] }
        : await this.#decide({
            principal: service,
            action: 'sqs:SendMessage',
            resource: queue.arn,
            context: {
              'aws:SourceArn': sourceArn,
              'aws:SourceAccount': ACCOUNT,
              // Services of AWS use TLS.
              'aws:SecureTransport': 'true',
            },
            resourcePolicy: policy,
          }).catch((fault: Error) => ({ allowed: false, reason: fault.message, grants: [] }));
    answers.set(keyOf(sender), answer);
    return answer;
  }

  #answersFor({ queue }: Sender): Map<string, Answer> {
    const subject = queue.policy?.document ?? queue;
    const answers = this.#known.get(subject) ?? new Map<string, Answer>();
    this.#known.set(subject, answers);
    return answers;
  }
}

const keyOf = ({ service, sourceArn, queue }: Sender) => `${service} ${sourceArn} ${queue.arn}`;
