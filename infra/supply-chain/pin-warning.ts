import { Annotations, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { nodeImageOf } from './base-image.ts';

/** Warns once in a stack, however many functions use the image. */
export function warnWhenNotPinned(scope: Construct, dockerfile: string): void {
  const { tag, digest } = nodeImageOf(dockerfile);
  if (digest !== undefined) return;
  Annotations.of(Stack.of(scope)).addWarningV2(
    's3-airlock:base-image-not-pinned',
    `The scanner’s base image node:${tag} is not pinned by digest. Run \`npm run pins\` (docs/supply-chain.md).`,
  );
}
