import { ACCOUNT, type LocalResource, REGION } from '../cloudformation/template.ts';
import { ApiFault } from '../http/json-api.ts';
import { compilePattern } from './event-pattern.ts';
import type { Target } from './target.ts';

export interface Rule {
  readonly name: string;
  readonly arn: string;
  description: string | undefined;
  state: 'ENABLED' | 'DISABLED';
  /** JSON; undefined for a rule that runs on a schedule. */
  pattern: object | undefined;
  scheduleExpression: string | undefined;
  readonly targets: Map<string, RuleTarget>;
}

export type RuleTarget = Target & { readonly Id: string };

export interface RuleRequest {
  readonly Name: string;
  readonly EventPattern?: string;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Description?: string;
  readonly EventBusName?: string;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_TARGETS = 5;
const NAME = /^[.\w-]{1,64}$/;
const QUEUE = /^arn:aws:sqs:[\w-]+:\d{12}:[\w-]{1,80}$/;

export const ruleArn = (name: string) => `arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}`;

/** The rules of the default event bus: the template's, and those that somebody puts. */
export class Rules {
  readonly #rules = new Map<string, Rule>();

  constructor(template: readonly LocalResource[] = []) {
    for (const { ref: name, arn, properties } of template) {
      const { State = 'ENABLED', EventPattern, Description, ScheduleExpression, Targets = [] } = properties;
      const targets = (Targets as RuleTarget[]).map((target) => [target.Id, target] as const);
      this.#rules.set(name, {
        name,
        arn,
        description: Description,
        state: State,
        pattern: EventPattern,
        scheduleExpression: ScheduleExpression,
        targets: new Map(targets),
      });
    }
  }

  all(prefix = ''): readonly Rule[] {
    return [...this.#rules.values()].filter(({ name }) => name.startsWith(prefix));
  }

  /** @throws ApiFault ResourceNotFoundException */
  named(name: string): Rule {
    const rule = this.#rules.get(name);
    if (rule !== undefined) return rule;
    throw new ApiFault('ResourceNotFoundException', `Rule ${name} does not exist.`);
  }

  /** @throws ApiFault ValidationException, InvalidEventPatternException, ResourceNotFoundException */
  put({
    Name,
    EventPattern,
    ScheduleExpression,
    State = 'ENABLED',
    Description,
    EventBusName = 'default',
  }: RuleRequest) {
    if (!NAME.test(Name)) throw invalid(`Value '${Name}' at 'name' failed to satisfy constraint: ${NAME.source}`);
    if (EventBusName !== 'default' && !EventBusName.endsWith(':event-bus/default')) {
      throw new ApiFault('ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`);
    }
    if (State !== 'ENABLED' && State !== 'DISABLED') throw invalid(`Value '${State}' at 'state' is not served here`);
    if (ScheduleExpression !== undefined) throw invalid('ScheduleExpression is not served here');
    if (EventPattern === undefined) {
      throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    const pattern = parsePattern(EventPattern);
    const rule: Rule = this.#rules.get(Name) ?? {
      name: Name,
      arn: ruleArn(Name),
      description: Description,
      state: State,
      pattern,
      scheduleExpression: undefined,
      targets: new Map(),
    };
    Object.assign(rule, { pattern, state: State, description: Description });
    this.#rules.set(Name, rule);
    return rule;
  }

  /** @throws ApiFault ResourceNotFoundException */
  setState(name: string, state: Rule['state']): void {
    this.named(name).state = state;
  }

  /** @throws ApiFault ResourceNotFoundException, ValidationException, LimitExceededException */
  putTargets(name: string, targets: readonly RuleTarget[]): void {
    const rule = this.named(name);
    for (const { Id, Arn, Input, InputPath, InputTransformer } of targets) {
      if (!QUEUE.test(Arn)) throw invalid(`Target ${Id}: only queues are served here, not ${Arn}`);
      const inputs = [Input, InputPath, InputTransformer].filter((each) => each !== undefined);
      if (inputs.length > 1) {
        throw invalid('Only one of Input, InputPath, or InputTransformer must be provided within a target.');
      }
      if (Input !== undefined && !isJson(Input)) throw invalid(`JSON syntax error in input for target ${Id}`);
    }
    if (new Set([...rule.targets.keys(), ...targets.map(({ Id }) => Id)]).size > MOST_TARGETS) {
      throw new ApiFault('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    }
    for (const target of targets) rule.targets.set(target.Id, target);
  }

  /** @returns the ids that the rule does not have */
  removeTargets(name: string, ids: readonly string[]): readonly string[] {
    const { targets } = this.named(name);
    return ids.filter((id) => !targets.delete(id));
  }

  /** Harmless when there is no such rule. @throws ApiFault ValidationException */
  delete(name: string): void {
    if ((this.#rules.get(name)?.targets.size ?? 0) > 0) throw invalid("Rule can't be deleted since it has targets.");
    this.#rules.delete(name);
  }
}

function parsePattern(json: string): object {
  try {
    const pattern = JSON.parse(json) as object;
    compilePattern(pattern);
    return pattern;
  } catch (fault) {
    throw new ApiFault(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: ${(fault as Error).message}`,
    );
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const invalid = (message: string) => new ApiFault('ValidationException', message);
