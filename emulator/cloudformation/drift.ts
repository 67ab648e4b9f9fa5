import { randomUUID } from 'node:crypto';
import type { XmlElement } from '../http/xml.ts';
import type { LocalStack } from './template.ts';

/** One property that is no longer what the template says. */
export interface PropertyDifference {
  readonly PropertyPath: string;
  readonly ExpectedValue: string;
  readonly ActualValue: string;
  readonly DifferenceType: 'ADD' | 'REMOVE' | 'NOT_EQUAL';
}

/** Of a resource; none at all: it is deleted. */
export type Drifted = readonly PropertyDifference[];

/** A refusal under the name that CloudFormation has for it. */
export class DriftFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ValidationError';
  }
}

const MAX_RESULTS = 100;
const FILTER = /^StackResourceDriftStatusFilters\.member\.\d+$/;

/**
 * Drift detection. It compares nothing: what has drifted is in `drifted`, by logical id, where the code that breaks the
 * stack puts it.
 */
export class DriftDetection {
  readonly drifted = new Map<string, Drifted>();
  readonly #stack: LocalStack;
  readonly #stackId: string;
  /** How often each detection was asked about. */
  readonly #asked = new Map<string, number>();

  constructor(stack: LocalStack, stackId: string) {
    this.#stack = stack;
    this.#stackId = stackId;
  }

  detect(): XmlElement {
    const StackDriftDetectionId = randomUUID();
    this.#asked.set(StackDriftDetectionId, 0);
    return { StackDriftDetectionId };
  }

  /** In progress at the first question, complete at the second. @throws DriftFault */
  status(parameters: URLSearchParams): XmlElement {
    const StackDriftDetectionId = parameters.get('StackDriftDetectionId') ?? '';
    const before = this.#asked.get(StackDriftDetectionId);
    if (before === undefined) throw new DriftFault(`Drift detection with id ${StackDriftDetectionId} does not exist`);
    this.#asked.set(StackDriftDetectionId, before + 1);
    const complete = before > 0;
    return {
      StackId: this.#stackId,
      StackDriftDetectionId,
      DetectionStatus: complete ? 'DETECTION_COMPLETE' : 'DETECTION_IN_PROGRESS',
      ...(complete && {
        StackDriftStatus: this.drifted.size > 0 ? 'DRIFTED' : 'IN_SYNC',
        DriftedStackResourceCount: this.drifted.size,
      }),
      Timestamp: new Date().toISOString(),
    };
  }

  resources(parameters: URLSearchParams): XmlElement {
    const wanted = [...parameters].filter(([name]) => FILTER.test(name)).map(([, value]) => value);
    const all = [...this.#stack.resources.values()]
      .map(({ logicalId, ref, type }) => {
        const differences = this.drifted.get(logicalId);
        return {
          StackId: this.#stackId,
          LogicalResourceId: logicalId,
          PhysicalResourceId: ref,
          ResourceType: type,
          StackResourceDriftStatus: statusOf(differences),
          ...(differences !== undefined && {
            PropertyDifferences: { member: differences.map((each) => ({ ...each })) },
          }),
          Timestamp: new Date().toISOString(),
        };
      })
      .filter(({ StackResourceDriftStatus }) => wanted.length === 0 || wanted.includes(StackResourceDriftStatus));
    const from = Number(parameters.get('NextToken') ?? 0);
    const to = from + Number(parameters.get('MaxResults') ?? MAX_RESULTS);
    return {
      StackResourceDrifts: { member: all.slice(from, to) },
      NextToken: to < all.length ? to : undefined,
    };
  }
}

function statusOf(differences: Drifted | undefined): string {
  if (differences === undefined) return 'IN_SYNC';
  return differences.length === 0 ? 'DELETED' : 'MODIFIED';
}
