import { Aws, CfnCondition, Fn, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';

/**
 * Where S3 has annotations: in all commercial and Chinese regions but these two. AWS says so for no other partition.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html (2026-11-26)
 */
export const PARTITIONS_WITH_ANNOTATIONS = ['aws', 'aws-cn'];
export const REGIONS_WITHOUT_ANNOTATIONS = ['me-central-1', 'me-south-1'];

export interface S3AnnotationsProps {
  /** What the configuration says; undefined: by the region. */
  readonly configured?: boolean | undefined;
}

/**
 * Whether S3 has annotations in the stack's region. A stack that may be deployed to any region leaves it to
 * CloudFormation, so that one template is right everywhere.
 */
export class S3Annotations extends Construct {
  /** `true` or `false`, for some stacks only when they are deployed. */
  readonly text: string;
  private readonly exist: boolean | CfnCondition;

  constructor(scope: Construct, id: string, { configured }: S3AnnotationsProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    this.exist =
      configured ?? (Token.isUnresolved(region) ? new CfnCondition(this, 'Exist', { expression }) : existIn(region));
    this.text =
      typeof this.exist === 'boolean'
        ? String(this.exist)
        : Token.asString(Fn.conditionIf(this.exist.logicalId, 'true', 'false'));
  }

  /** The statement as it is, only in regions with annotations, or not at all. */
  whereTheyExist(statement: object): PolicyStatement[] {
    const { exist } = this;
    if (exist === false) return [];
    const always = PolicyStatement.fromJson(statement);
    if (exist === true) return [always];
    // CDK has conditions for resources only, and writes every statement with this method.
    const toStatementJson = () => Fn.conditionIf(exist.logicalId, statement, Aws.NO_VALUE);
    return [Object.assign(always, { toStatementJson })];
  }
}

/** A region that this version of CDK does not know counts as one with annotations: a gate that says too much is refused. */
function existIn(region: string): boolean {
  const { partition = 'aws' } = RegionInfo.get(region);
  return PARTITIONS_WITH_ANNOTATIONS.includes(partition) && !REGIONS_WITHOUT_ANNOTATIONS.includes(region);
}

const expression = Fn.conditionAnd(
  Fn.conditionOr(...PARTITIONS_WITH_ANNOTATIONS.map((partition) => Fn.conditionEquals(Aws.PARTITION, partition))),
  ...REGIONS_WITHOUT_ANNOTATIONS.map((region) => Fn.conditionNot(Fn.conditionEquals(Aws.REGION, region))),
);
