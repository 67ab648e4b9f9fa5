import { Aws, CfnCondition, Fn, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import {
  annotationsExistIn,
  PARTITIONS_WITH_ANNOTATIONS,
  REGIONS_WITHOUT_ANNOTATIONS,
} from '../../config/s3-annotations.ts';

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
  /** undefined: CloudFormation decides. */
  private readonly exist: boolean | undefined;

  constructor(scope: Construct, id: string, { configured }: S3AnnotationsProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    this.exist = configured ?? (Token.isUnresolved(region) ? undefined : annotationsExistIn(region));
    this.text =
      this.exist === undefined
        ? Token.asString(Fn.conditionIf(conditionIn(this).logicalId, 'true', 'false'))
        : String(this.exist);
  }

  /**
   * The statement as it is, only in regions with annotations, or not at all.
   * @param scope where it is written
   */
  whereTheyExist(statement: object, scope: IConstruct): PolicyStatement[] {
    const { exist } = this;
    if (exist === false) return [];
    const always = PolicyStatement.fromJson(statement);
    if (exist === true) return [always];
    const { logicalId } = conditionIn(scope);
    // CDK has conditions for resources only, and writes every statement with this method.
    const toStatementJson = () => Fn.conditionIf(logicalId, statement, Aws.NO_VALUE);
    return [Object.assign(always, { toStatementJson })];
  }
}

/** Each stack has conditions of its own, nested ones too. */
function conditionIn(scope: IConstruct): CfnCondition {
  const stack = Stack.of(scope);
  const known = stack.node.tryFindChild(CONDITION) as CfnCondition | undefined;
  return known ?? new CfnCondition(stack, CONDITION, { expression });
}

const CONDITION = 'S3AnnotationsExist';

const expression = Fn.conditionAnd(
  Fn.conditionOr(...PARTITIONS_WITH_ANNOTATIONS.map((partition) => Fn.conditionEquals(Aws.PARTITION, partition))),
  ...REGIONS_WITHOUT_ANNOTATIONS.map((region) => Fn.conditionNot(Fn.conditionEquals(Aws.REGION, region))),
);
