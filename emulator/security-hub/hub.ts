import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { faultOf, type SentFinding, type Severity } from './asff.ts';

/** A finding as Security Hub shows it. */
export interface Finding extends SentFinding {
  readonly RecordState: string;
  readonly Workflow: { readonly Status: string };
}

export interface FailedFinding {
  readonly Id: string;
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** What the account's own findings come from. */
export const DEFAULT_PRODUCT = `arn:aws:securityhub:${REGION}:${ACCOUNT}:product/${ACCOUNT}/default`;

/** Bytes of a finding: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html */
const MOST_BYTES = 240 * 1024;

/** Fields of the account's users, which an import of a known finding does not change. */
const OF_USERS = [
  ...['Note', 'UserDefinedFields', 'VerificationState', 'Workflow', 'WorkflowState'],
  ...['Confidence', 'Criticality', 'RelatedFindings', 'Severity', 'Types'],
];

const NORMALIZED: Readonly<Record<string, number>> = { INFORMATIONAL: 0, LOW: 1, MEDIUM: 40, HIGH: 70, CRITICAL: 90 };

/** Security Hub CSPM of one account: its findings, by product and id. */
export class SecurityHub {
  /** An account has none until somebody enables it. */
  enabled = true;
  readonly #findings = new Map<string, Finding>();

  all(): readonly Finding[] {
    return [...this.#findings.values()];
  }

  /** @returns why it is not taken; undefined when it is */
  import(sent: SentFinding): FailedFinding | undefined {
    const fault = this.#faultOf(sent);
    if (fault !== undefined) return { Id: String(sent.Id), ErrorCode: 'InvalidInput', ErrorMessage: fault };
    const key = JSON.stringify([sent.ProductArn, sent.Id]);
    const known = this.#findings.get(key);
    if (known === undefined) this.#findings.set(key, asNew(sent));
    // An older update that comes late changes nothing.
    else if (Date.parse(sent.UpdatedAt) >= Date.parse(known.UpdatedAt)) this.#findings.set(key, updated(known, sent));
    return undefined;
  }

  #faultOf(sent: SentFinding): string | undefined {
    if (Buffer.byteLength(JSON.stringify(sent)) > MOST_BYTES) return 'the finding has more than 240 KB';
    const fault = faultOf(sent);
    if (fault !== undefined) return fault;
    if (sent.ProductArn !== DEFAULT_PRODUCT) return `ProductArn is not ${DEFAULT_PRODUCT}`;
    return sent.AwsAccountId === ACCOUNT ? undefined : 'AwsAccountId is not the account of the caller';
  }
}

function asNew(sent: SentFinding): Finding {
  const { FindingProviderFields: given = {} } = sent;
  return {
    ...{ RecordState: 'ACTIVE', Workflow: { Status: 'NEW' }, WorkflowState: 'NEW', Region: REGION },
    ...{ ProductName: 'Default', CompanyName: 'Personal' },
    ...sent,
    Types: sent.Types ?? given.Types ?? [],
    Severity: normalized(sent.Severity ?? given.Severity ?? {}),
  };
}

function updated(known: Finding, sent: SentFinding): Finding {
  const ofUsers = Object.fromEntries(OF_USERS.flatMap((field) => (field in known ? [[field, known[field]]] : [])));
  return { ...asNew(sent), ...ofUsers };
}

const normalized = (severity: Severity): Severity => ({
  ...severity,
  ...(severity.Label !== undefined && { Normalized: NORMALIZED[severity.Label] ?? 0 }),
});
