import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type CfnElement, NestedStack } from 'aws-cdk-lib';
import { parseConfig } from './config/schema.ts';
import { flatten } from './flatten-template.ts';
import { ROOT } from './repository-root.ts';
import { AirlockStack } from './stacks/airlock-stack.ts';

/** The parts of a CloudFormation template that are used here. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Resource {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's shapes are told apart by Type, at the reader's risk
  readonly Properties?: Readonly<Record<string, any>>;
}

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
}

/**
 * Synthesizes the stack without bundling code or building images: its assets have placeholder hashes, everything
 * else is as deployed.
 * @param airlock the object of the same name in cdk.json; omitted keys have their defaults
 * @throws Error when it is not a valid configuration, one line for each fault, or when `validate` finds errors
 */
export function synthesizeTemplate(
  airlock: unknown = {},
  { inspect, validate = false }: SynthesisOptions = {},
): Synthesis {
  const config = parseConfig(airlock);
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: object };
  const outdir = mkdtempSync(join(tmpdir(), 'airlock-synth-'));
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      treeMetadata: false,
      builtinCloudFormationValidation: validate,
      context: { ...context, 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true },
    });
    const stack = new AirlockStack(app, 'S3Airlock', { config });
    inspect?.(stack);
    const template = app.synth().getStackByName(stack.stackName).template as Template;
    const nested = stack.node.children.filter((child) => NestedStack.isNestedStack(child)) as NestedStack[];
    const nestedTemplates = nested.map((child) => [
      stack.resolve(child.nestedStackResource?.logicalId) as string,
      JSON.parse(readFileSync(join(outdir, child.templateFile), 'utf8')) as Template,
    ]);
    const logicalId = (construct: { node: { defaultChild?: unknown } }) =>
      stack.resolve((construct.node.defaultChild as CfnElement).logicalId) as string;
    return {
      stackName: stack.stackName,
      template: flatten({ template, nested: Object.fromEntries(nestedTemplates) }),
      handlers: Object.fromEntries(
        [...Object.values(stack.tasks), stack.updateDefinitions].map((task) => [logicalId(task), task.entry]),
      ),
      definitions: Object.fromEntries(
        [stack.scanUpload, stack.overflow, stack.rescanBucket]
          .flatMap((each) => each ?? [])
          .map(({ machine, definition }) => [logicalId(machine), definition]),
      ),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
