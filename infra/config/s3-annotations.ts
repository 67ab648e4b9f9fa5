import { RegionInfo } from 'aws-cdk-lib/region-info';

/**
 * Where S3 has annotations: in all commercial and Chinese regions but these two. AWS says so for no other partition.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html (2026-11-26)
 */
export const PARTITIONS_WITH_ANNOTATIONS = ['aws', 'aws-cn'];
export const REGIONS_WITHOUT_ANNOTATIONS = ['me-central-1', 'me-south-1'];

/** A region that this version of CDK does not know counts as one with annotations: at worst S3 refuses the gate. */
export function annotationsExistIn(region: string): boolean {
  const { partition = 'aws' } = RegionInfo.get(region);
  return PARTITIONS_WITH_ANNOTATIONS.includes(partition) && !REGIONS_WITHOUT_ANNOTATIONS.includes(region);
}
