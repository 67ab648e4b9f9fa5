import type { Notification } from '../notification.ts';
import type { Digest } from '../ports.ts';

/** Malware is a finding; what is CLEAN archives the one that the same object has, or what it has replaced. */
export const concernsFindings = ({ status }: Pick<Notification, 'status'>): boolean =>
  status === 'INFECTED' || status === 'CLEAN';

/** `arn:PARTITION:securityhub:REGION:ACCOUNT:product/ACCOUNT/default`: what an account's own findings come from. */
export type ProductArn = string;

/** Characters that Security Hub takes: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html */
const TITLE = 256;
const DESCRIPTION = 1024;
const RESOURCE_ID = 512;
const MALWARE_NAME = 64;
const MALWARE_PATH = 512;
const PRODUCT_FIELD = 2048;

/** Texts of spaces alone are refused, and a key may be one. */
const SAYS_SOMETHING = /\S/;

/** Types are `namespace/category/classifier`; the first two are of the documented taxonomy. */
const TYPES = ['TTPs/Initial Access/Malicious File'];

/** The same whenever something is told about that version of the object, or about what its key holds without versions. */
export const findingId = ({ bucket, key, version }: FindingOf, digest: Digest): string =>
  // A key may be longer than an id.
  `s3-airlock/${bucket}/${digest(JSON.stringify([key, version]))}`;

type FindingOf = Pick<Notification, 'bucket' | 'key' | 'version'>;

/**
 * The finding of one object in AWS Security Finding Format. By its id it is updated, and there is no second one.
 */
export function toFinding(notification: Notification, productArn: ProductArn, digest: Digest) {
  const { bucket, key, version, etag, type, finding, action, scanTime, definitions, scanId } = notification;
  const isClean = notification.status === 'CLEAN';
  const [, partition = '', , Region = '', account = ''] = productArn.split(':');
  const name = finding ?? 'malware';
  const removed = action === 'quarantine' || action === 'delete';
  const objectArn = `arn:${partition}:s3:::${bucket}/${key}`;
  const common = { Partition: partition as 'aws' | 'aws-cn' | 'aws-us-gov', Region };
  const fields = { scanId, etag, definitions, action, key };
  return {
    SchemaVersion: '2018-10-08',
    Id: findingId(notification, digest),
    ProductArn: productArn,
    GeneratorId: 's3-airlock/ClamAV',
    AwsAccountId: account,
    CreatedAt: scanTime,
    UpdatedAt: scanTime,
    Title: cut(isClean ? `No malware any more in ${objectArn}` : `Malware ${name} in ${objectArn}`, TITLE),
    Description: cut(`${said(notification, name)} Object: s3://${bucket}/${key}`, DESCRIPTION),
    // Of Severity and Types themselves the account's own users are in charge.
    FindingProviderFields: { Severity: { Label: 'HIGH' as const, Original: 'INFECTED' }, Types: TYPES },
    Resources: [
      {
        ...{ Type: 'AwsS3Object', Id: cut(objectArn, RESOURCE_ID), ...common },
        Details: {
          AwsS3Object: {
            ETag: etag,
            ...(version !== null && { VersionId: version }),
            ...(type !== null && { ContentType: type }),
          },
        },
      },
      { Type: 'AwsS3Bucket', Id: `arn:${partition}:s3:::${bucket}`, ...common },
    ],
    ...(!isClean && {
      Malware: [
        {
          Name: cut(name, MALWARE_NAME),
          Path: cut(key, MALWARE_PATH),
          State: removed ? ('REMOVED' as const) : ('OBSERVED' as const),
        },
      ].map(({ Path, ...malware }) => (SAYS_SOMETHING.test(Path) ? { ...malware, Path } : malware)),
    }),
    ProductFields: Object.fromEntries(
      Object.entries(fields).flatMap(([field, value]) =>
        value !== null && SAYS_SOMETHING.test(value) ? [[`s3-airlock/${field}`, cut(value, PRODUCT_FIELD)]] : [],
      ),
    ),
    RecordState: removed || isClean ? ('ARCHIVED' as const) : ('ACTIVE' as const),
  };
}

function said({ status, action, tagged }: Notification, name: string): string {
  if (status === 'CLEAN') return 'It was INFECTED, and what is there now is CLEAN.';
  const found = `ClamAV found ${name}.`;
  if (action === 'quarantine') return `${found} The object was moved to the quarantine.`;
  if (action === 'delete') return `${found} The object was deleted.`;
  return `${found} The object ${tagged ? 'is tagged INFECTED' : 'has no room for a tag'}: nobody can read it through the gate.`;
}

/** The text without halves of characters, and not longer than that. */
function cut(text: string, characters: number): string {
  const whole = text.toWellFormed();
  return whole.length <= characters ? whole : `${whole.slice(0, characters - 1)}…`.toWellFormed();
}
