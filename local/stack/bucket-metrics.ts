import type { Gauge } from '../../emulator/cloudwatch/api.ts';
import type { Body } from '../../emulator/s3/bodies.ts';
import type { Buckets } from '../../emulator/s3/buckets.ts';

/**
 * S3's daily metrics, as of now: they count every version, and delete markers.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
 */
export function bucketSizes(buckets: Buckets<Body>): Gauge {
  return (namespace, metricName, { BucketName, StorageType }) => {
    if (namespace !== 'AWS/S3') return undefined;
    const bucket = buckets.list().find(({ name }) => name === BucketName);
    const versions = [...(bucket?.versions.values() ?? [])].flat();
    if (versions.length === 0) return undefined;
    if (metricName === 'NumberOfObjects' && StorageType === 'AllStorageTypes') return versions.length;
    if (metricName !== 'BucketSizeBytes' || StorageType !== 'StandardStorage') return undefined;
    return versions.reduce((sum, version) => sum + (version.deleteMarker ? 0 : version.size), 0);
  };
}

/** The first that knows the metric. */
export const anyOf =
  (...gauges: readonly Gauge[]): Gauge =>
  (...asked) => {
    for (const gauge of gauges) {
      const value = gauge(...asked);
      if (value !== undefined) return value;
    }
    return undefined;
  };
