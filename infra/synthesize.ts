import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type CfnElement } from 'aws-cdk-lib';
import { APP_CONTEXT } from './app-context.ts';
import { flatten } from './flatten-template.ts';
import { templatesOf } from './limits/check-limits.ts';
import { ROOT } from './repository-root.ts';
import { AirlockStack } from './stacks/airlock-stack.ts';
import type { Template } from './template.ts';

export type { Resource, Template } from './template.ts';

export interface Synthesis {
  readonly stackName: string;
  /** The resources of the nested stacks are in it too. */
  readonly template: Template;
  /**
   * Logical id of each Lambda function -> its handler file from the root of the repository:
   * `functions/handlers/tag-object.ts`.
   */
  readonly handlers: Readonly<Record<string, string>>;
  /** Logical id of each state machine -> its ASL file from the root of the repository. */
  readonly definitions: Readonly<Record<string, string>>;
}

export interface SynthesisOptions {
  /** Called with the stack before it is synthesized. */
  readonly inspect?: (stack: AirlockStack) => void;
  /** Whether CDK checks the template against CloudFormation's resource schemas, as `cdk synth` does; takes seconds. */
  readonly validate?: boolean;
  /** The region of the stack; default: none, as `cdk synth` has none, and the template is for any region. */
  readonly region?: string | undefined;
}

/**
 * Synthesizes the stack without bundling code or building images: its assets have placeholder hashes, everything
 * else is as deployed.
 * @param airlock the object of the same name in cdk.json; omitted keys have their defaults
 * @throws ConfigurationError with one line for each fault, or Error when `validate` finds errors
 */
export function synthesizeTemplate(
  airlock: unknown = {},
  { inspect, validate = false, region }: SynthesisOptions = {},
): Synthesis {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: object };
  const outdir = mkdtempSync(join(tmpdir(), 'airlock-synth-'));
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      treeMetadata: false,
      builtinCloudFormationValidation: validate,
      context: { ...APP_CONTEXT, ...context, 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true },
    });
    const stack = new AirlockStack(app, 'S3Airlock', { airlock, ...(region !== undefined && { env: { region } }) });
    inspect?.(stack);
    const { parts } = stack.airlock;
    app.synth();
    const logicalId = (construct: { node: { defaultChild?: unknown } }) =>
      stack.resolve((construct.node.defaultChild as CfnElement).logicalId) as string;
    return {
      stackName: stack.stackName,
      template: flatten(templatesOf(stack)),
      handlers: Object.fromEntries(
        [
          ...Object.values(parts.tasks),
          parts.updateDefinitions,
          ...(parts.requests ? [parts.requests.worker] : []),
          ...Object.values(parts.reports?.tasks ?? {}),
        ].map((task) => [logicalId(task), task.entry]),
      ),
      definitions: Object.fromEntries(
        [parts.scanUpload, parts.overflow?.machine, parts.rescanBucket, parts.huntBucket, parts.reports?.reportBuckets]
          .flatMap((each) => each ?? [])
          .map(({ machine, definition }) => [logicalId(machine), definition]),
      ),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
