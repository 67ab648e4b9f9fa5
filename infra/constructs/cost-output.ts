import { basename } from 'node:path';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { forEachChannel } from '../../functions/domain/channels.ts';
import type { DeployedCost } from '../../functions/domain/cost/deployed-cost.ts';
import { FUNCTIONS, type FunctionName } from '../../functions/domain/cost/measurement.ts';
import type { AirlockConfig } from '../config/schema.ts';
import type { AirlockParts } from './airlock-parts.ts';
import type { PipelineFunction } from './functions/pipeline-function.ts';

/** What `airlock cost` needs to know, as JSON. */
export function costOutput({ workflow, logLevel, tracing, tags, notify }: AirlockConfig, parts: AirlockParts): string {
  const cost: DeployedCost = {
    workflow,
    logLevel: { STANDARD: logLevel ?? 'ERROR', EXPRESS: logLevel ?? 'ALL' },
    tracing,
    tags,
    channels: forEachChannel((name) => notify[name].includes('CLEAN')),
    functions: Object.fromEntries(
      Object.values<PipelineFunction>(parts.tasks)
        .map((task) => [basename(task.entry, '.ts') as FunctionName, sizeOf(task)] as const)
        .filter(([name]) => FUNCTIONS.includes(name)),
    ),
  };
  return JSON.stringify(cost);
}

function sizeOf(task: PipelineFunction): { memoryMb: number; architecture: 'x86_64' | 'arm64' } {
  const { memorySize = 128, architectures = [] } = task.node.defaultChild as CfnFunction;
  return { memoryMb: memorySize, architecture: architectures[0] === 'arm64' ? 'arm64' : 'x86_64' };
}
