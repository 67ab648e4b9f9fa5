import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/**
 * Outputs of a stack by their keys.
 *
 * @param stack name or ARN
 * @throws what the SDK throws; ValidationError for a stack that does not exist
 */
export async function outputsOf(
  cloudFormation: CloudFormationClient,
  stack: string,
): Promise<ReadonlyMap<string, string>> {
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
  const outputs = Stacks[0]?.Outputs ?? [];
  return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

/** @throws Error when the stack has none of that key; and as `outputsOf` */
export async function outputOf(cloudFormation: CloudFormationClient, stack: string, key: string): Promise<string> {
  const output = (await outputsOf(cloudFormation, stack)).get(key);
  if (output !== undefined) return output;
  throw new Error(`the stack ${stack} has no output ${key}: is it an s3-airlock?`);
}
