import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { z } from 'zod';
import { DeploymentUnreadable, InvalidInput } from '../../domain/errors.ts';
import { targetInput } from '../../domain/event-input.ts';
import { isTrusted } from '../../domain/gate/trusted.ts';
import type { DeployedUploads, UploadStart } from '../../domain/requests/ports.ts';
import { ruleOf } from '../../domain/rule-of.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { clientSettings } from './sdk-client.ts';

/** A change of the configuration is seen after this time. */
const KEPT_MILLISECONDS = 60_000;
/** Three tries within the time of the function. */
const SOCKET_MILLISECONDS = 5_000;

/** What is used of the output `…Deployed…`: functions/domain/deployed-bucket.ts. */
const Deployed = z.looseObject({ starts: z.looseObject({ bucketName: z.string(), uploadRuleArn: z.string() }) });

const WithTrusted = z.looseObject({ policy: z.looseObject({ trusted: z.array(z.string()) }) });

/** What the stack said, and until when that holds. */
interface Deployment {
  readonly until: number;
  /** ARN of the rule by bucket. */
  readonly rules: ReadonlyMap<string, string>;
  /** Those that were asked for, by bucket. */
  readonly starts: Map<string, Promise<UploadStart>>;
}

/**
 * From the outputs of the stack `STACK_ID` and the targets of its rules, those whose names begin with `RULE_PREFIX`: an
 * environment has no room for the names of 100 buckets.
 */
export function createDeployedUploads(env: Environment, now: () => number = Date.now): DeployedUploads {
  const cloudFormation = new CloudFormationClient(clientSettings(env, 'CLOUDFORMATION', SOCKET_MILLISECONDS));
  const eventBridge = new EventBridgeClient(clientSettings(env, 'EVENTBRIDGE', SOCKET_MILLISECONDS));
  const StackName = requiredString(env, 'STACK_ID');
  const rulePrefix = requiredString(env, 'RULE_PREFIX');
  const stateMachineArn = requiredString(env, 'STATE_MACHINE_ARN');
  let last: Promise<Deployment> | undefined;

  async function readStack(): Promise<Deployment> {
    const { Stacks: [stack] = [] } = await answerOf('CloudFormation', () =>
      cloudFormation.send(new DescribeStacksCommand({ StackName })),
    );
    if (stack?.Outputs === undefined) throw new DeploymentUnreadable(`CloudFormation: ${StackName} has no outputs`);
    const rules = stack.Outputs.flatMap(({ OutputValue = '' }) => {
      const { success, data } = Deployed.safeParse(jsonOrNothing(OutputValue));
      if (!success) return [];
      const { bucketName, uploadRuleArn } = data.starts;
      return ruleOf(uploadRuleArn).Name.startsWith(rulePrefix) ? [[bucketName, uploadRuleArn] as const] : [];
    });
    return { until: now() + KEPT_MILLISECONDS, rules: new Map(rules), starts: new Map() };
  }

  /** Asked for once, however many objects wait for it; what failed is asked for again. */
  function current(): Promise<Deployment> {
    const asked = last ?? readStack();
    last = asked;
    return asked.then(
      (known) => {
        if (now() < known.until) return known;
        if (last === asked) last = undefined;
        return current();
      },
      (fault) => {
        if (last === asked) last = undefined;
        throw fault;
      },
    );
  }

  async function startOf(bucket: string, ruleArn: string): Promise<UploadStart> {
    const { Name: Rule, EventBusName } = ruleOf(ruleArn);
    const { Targets = [] } = await answerOf('EventBridge', () =>
      eventBridge.send(new ListTargetsByRuleCommand({ Rule, EventBusName })),
    );
    const target = Targets.find(({ Arn }) => Arn === stateMachineArn);
    const { InputPathsMap = {}, InputTemplate } = target?.InputTransformer ?? {};
    if (InputTemplate === undefined) throw new DeploymentUnreadable(`EventBridge: the rule ${Rule} gives no policy`);
    return (object) => {
      const event = { detail: { bucket: { name: bucket }, object } };
      const input = targetInput(event, { InputPathsMap, InputTemplate }) as object;
      const { success, data } = WithTrusted.safeParse(input);
      if (success && isTrusted(object.key, data.policy.trusted)) {
        throw new InvalidInput(
          `key: ${JSON.stringify(object.key)} is under a trusted prefix: nothing there is scanned`,
        );
      }
      return input;
    };
  }

  return {
    async ofBucket(bucket) {
      const { rules, starts } = await current();
      const ruleArn = rules.get(bucket);
      if (ruleArn === undefined) {
        throw new InvalidInput(`bucket: the stack does not watch this one (${JSON.stringify(bucket)})`);
      }
      const start = starts.get(bucket) ?? startOf(bucket, ruleArn);
      starts.set(bucket, start);
      start.catch(() => starts.delete(bucket));
      return start;
    },
  };
}

async function answerOf<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (fault) {
    const { name, message } = fault as Error;
    throw new DeploymentUnreadable(`${service}: ${name}: ${message}`, { cause: fault });
  }
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
