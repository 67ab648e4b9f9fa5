import type { Finding } from './hub.ts';

export interface StringFilter {
  readonly Value: string;
  readonly Comparison: string;
}

type Values = (finding: Finding) => readonly unknown[];

const resources = (finding: Finding): readonly Record<string, unknown>[] =>
  finding.Resources as readonly Record<string, unknown>[];

/** The filters of text that are served. */
const FIELDS: Readonly<Record<string, Values>> = {
  Id: ({ Id }) => [Id],
  ProductArn: ({ ProductArn }) => [ProductArn],
  AwsAccountId: ({ AwsAccountId }) => [AwsAccountId],
  GeneratorId: ({ GeneratorId }) => [GeneratorId],
  Title: ({ Title }) => [Title],
  Type: ({ Types = [] }) => Types,
  RecordState: ({ RecordState }) => [RecordState],
  WorkflowStatus: ({ Workflow }) => [Workflow.Status],
  SeverityLabel: ({ Severity }) => [Severity?.Label],
  ResourceId: (finding) => resources(finding).map(({ Id }) => Id),
  ResourceType: (finding) => resources(finding).map(({ Type }) => Type),
  MalwareName: ({ Malware = [] }) => (Malware as readonly { readonly Name: string }[]).map(({ Name }) => Name),
};

/** Negations must all hold, and one of the others. */
const COMPARISONS: Readonly<
  Record<string, { readonly holds: (text: string, value: string) => boolean; readonly all?: true }>
> = {
  EQUALS: { holds: (text, value) => text === value },
  PREFIX: { holds: (text, value) => text.startsWith(value) },
  CONTAINS: { holds: (text, value) => text.includes(value) },
  NOT_EQUALS: { holds: (text, value) => text !== value, all: true },
  PREFIX_NOT_EQUALS: { holds: (text, value) => !text.startsWith(value), all: true },
  NOT_CONTAINS: { holds: (text, value) => !text.includes(value), all: true },
};

/** The first filter that is not served, by field or comparison. */
export function unknownFilter(filters: Readonly<Record<string, readonly StringFilter[]>>): string | undefined {
  for (const [field, list] of Object.entries(filters)) {
    if (!Object.hasOwn(FIELDS, field)) return field;
    const unknown = list.find(({ Comparison }) => !Object.hasOwn(COMPARISONS, Comparison));
    if (unknown !== undefined) return `${field} ${unknown.Comparison}`;
  }
  return undefined;
}

/** Filters of different fields must all hold. */
export function matches(finding: Finding, filters: Readonly<Record<string, readonly StringFilter[]>>): boolean {
  return Object.entries(filters).every(([field, list]) => {
    const values = (FIELDS[field]?.(finding) ?? []).map(String);
    const holds = ({ Value, Comparison }: StringFilter) => {
      const comparison = COMPARISONS[Comparison];
      const each = (value: string) => comparison?.holds(value, Value) ?? false;
      return comparison?.all ? values.every(each) : values.some(each);
    };
    const [negations, others] = [list.filter(isNegation), list.filter((filter) => !isNegation(filter))];
    return negations.every(holds) && (others.length === 0 || others.some(holds));
  });
}

const isNegation = ({ Comparison }: StringFilter): boolean => COMPARISONS[Comparison]?.all ?? false;
