import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { shortHash } from './groups.ts';

/** EventBridge accepts 64 characters for the name of a rule, and so does Scheduler for that of a schedule. */
const STACK_CHARACTERS = 20;
const BUCKET_CHARACTERS = 24;

/**
 * Names of what exists once for each bucket. They are known before it is created, and all rules of an airlock begin alike:
 * a queue's policy then names them all in one line, and no nested stack has to return their ARNs.
 */
export class PhysicalNames {
  readonly prefix: string;

  constructor(scope: Construct) {
    const { stackName } = Stack.of(scope);
    this.prefix = `${stackName.slice(0, STACK_CHARACTERS)}-${shortHash(`${stackName}/${scope.node.path}`)}`;
  }

  /** Of a rule or a schedule, at most 64 characters. */
  short(bucketWord: string): string {
    return `${this.prefix}-${bucketWord.slice(0, BUCKET_CHARACTERS)}-${shortHash(bucketWord)}`;
  }

  alarm(word: string, bucketWord: string): string {
    return `${this.prefix}-${word}-${bucketWord}`;
  }
}
