/** A finding as it is sent; only what is looked at. */
export interface SentFinding {
  readonly [field: string]: unknown;
  readonly Id: string;
  readonly ProductArn: string;
  readonly UpdatedAt: string;
  readonly RecordState?: string;
  readonly Types?: readonly string[];
  readonly Severity?: Severity;
  readonly FindingProviderFields?: { readonly Types?: readonly string[]; readonly Severity?: Severity };
}

export interface Severity {
  readonly Label?: string;
  readonly Normalized?: number;
  readonly Original?: string;
}

type Check = (value: unknown) => string | undefined;
type Rules = Readonly<Record<string, Check>>;

const text =
  (least: number, most: number): Check =>
  (value) => {
    if (typeof value !== 'string' || !/\S/.test(value)) return 'is not a text with a character that is no space';
    return value.length < least || value.length > most ? `has not ${least} to ${most} characters` : undefined;
  };
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(String(value)) ? undefined : `is none of ${values.join(', ')}`;
const time: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/.test(value)
    ? undefined
    : 'is not a timestamp of ISO 8601';
const list =
  (least: number, most: number, of: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'is not a list';
    if (value.length < least || value.length > most) return `has not ${least} to ${most} members`;
    return value.map(of).find((fault) => fault !== undefined);
  };
const object =
  (required: Rules, optional: Rules = {}): Check =>
  (value) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'is not an object';
    return faultIn(value as Record<string, unknown>, required, optional);
  };
const texts =
  (most: number, keys: number, values: number): Check =>
  (value) => {
    const entries = Object.entries((value ?? {}) as object);
    if (entries.length > most) return `has more than ${most} entries`;
    return entries
      .map(([key, each]) => text(1, keys)(key) ?? text(1, values)(each))
      .find((fault) => fault !== undefined);
  };

const NAMESPACES =
  /^(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(\/[^/]+){0,2}$/;
const type: Check = (value) => (NAMESPACES.test(String(value)) ? undefined : 'is not namespace/category/classifier');
const label = oneOf('INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL');
const severity = object({}, { Label: label, Original: text(1, 64) });
const types = list(0, 50, type);

/** @see https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html */
const REQUIRED: Rules = {
  SchemaVersion: oneOf('2018-10-08'),
  Id: text(1, 512),
  ProductArn: text(12, 2048),
  GeneratorId: text(1, 512),
  AwsAccountId: text(12, 12),
  CreatedAt: time,
  UpdatedAt: time,
  Title: text(1, 256),
  Description: text(1, 1024),
  Resources: list(
    1,
    32,
    object({ Type: text(1, 256), Id: text(1, 512) }, { Partition: oneOf('aws', 'aws-cn', 'aws-us-gov') }),
  ),
};
const OPTIONAL: Rules = {
  Types: types,
  Severity: severity,
  FindingProviderFields: object({}, { Types: types, Severity: severity }),
  FirstObservedAt: time,
  LastObservedAt: time,
  Malware: list(
    0,
    5,
    object({ Name: text(1, 64) }, { Path: text(1, 512), State: oneOf('OBSERVED', 'REMOVAL_FAILED', 'REMOVED') }),
  ),
  ProductFields: texts(50, 128, 2048),
  RecordState: oneOf('ACTIVE', 'ARCHIVED'),
};

function faultIn(value: Readonly<Record<string, unknown>>, required: Rules, optional: Rules): string | undefined {
  for (const [field, check] of Object.entries({ ...required, ...optional })) {
    if (value[field] === undefined && !(field in required)) continue;
    const fault = value[field] === undefined ? 'is missing' : check(value[field]);
    if (fault !== undefined) return `${field} ${fault}`;
  }
  return undefined;
}

/** What is wrong with it, and undefined if nothing is. */
export function faultOf(finding: SentFinding): string | undefined {
  const fault = faultIn(finding, REQUIRED, OPTIONAL);
  if (fault !== undefined) return fault;
  const given = finding.FindingProviderFields;
  if ((finding.Types ?? given?.Types) === undefined) return 'Types is missing';
  const { Label, Normalized } = finding.Severity ?? given?.Severity ?? {};
  return Label === undefined && Normalized === undefined ? 'Severity is missing' : undefined;
}
