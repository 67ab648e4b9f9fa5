import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import type { Execution, ExecutionResult } from '../../emulator/step-functions/execution.ts';
import type { NotifyInput, Outcome } from '../../functions/domain/payloads.ts';
import type { ScanStatus } from '../../functions/domain/verdict.ts';
import type { Invocation } from '../../local/stack/options.ts';
import { OPERATOR, type Pipeline } from '../../local/stack/pipeline.ts';
import type { Chance } from '../support/chance.ts';
import { folderOf, SLEEPERS_FOLDER } from './contents.ts';
import type { Content, Ledger } from './ledger.ts';
import { contentOf, type Storage } from './storage.ts';
import { contentIn } from './tries.ts';

/** Share of uploads during which rescans start. */
const SHARE = 0.012;
/** How often two start at once. */
const TWO = 0.3;
/** In turn, so that none is left out. A schedule goes through its whole bucket, which takes longest. */
const WAYS = ['all', 'unscanned', 'stale', 'all', 'unscanned', 'schedule'] as const;
const OF_ALL_FOLDERS = 0.15;
const A_DAY = 24 * 60 * 60 * 1000;

/** Input of the state machine. */
interface Request {
  readonly bucket: string;
  readonly prefix: string;
  readonly strategy: string;
  readonly toleratedFailurePercentage?: number;
}

/** A verdict that a rescan has written, as `Notify` was asked to report it. */
export interface RescanVerdict {
  readonly scanId: string;
  readonly content: Content;
  readonly status: ScanStatus;
  readonly finding: string | null;
  readonly scanTime: string;
  readonly outcome: Outcome;
  /** Of `Notify`. */
  tries: number;
}

/** An object before a rescan. */
export interface Seen {
  readonly content: Content;
  readonly status: string | undefined;
}

/** Rescans of one bucket at the same time. A verdict does not say which of them it comes from. */
export interface Round {
  readonly bucket: string;
  readonly runs: readonly ExecutionResult[];
  readonly verdicts: readonly RescanVerdict[];
  /** What is to be rescanned; undefined when uploads continue, so that it is unknown. */
  readonly before: readonly Seen[] | undefined;
}

export interface RescansProps {
  readonly pipeline: Pipeline;
  readonly chance: Chance;
  readonly ledger: Ledger;
  readonly storage: Storage;
}

/** Starts rescans as operators and schedules do, one round of a bucket at a time, and records what comes of them. */
export class Rescans {
  readonly rounds: Round[] = [];
  /** ARN of the state machine. */
  readonly machine: string;
  readonly #props: RescansProps;
  readonly #stepFunctions: SFNClient;
  readonly #executions = new Map<string, Execution>();
  /** Verdicts of the rounds that are under way: by bucket, then by scan id. */
  readonly #underWay = new Map<string, Map<string, RescanVerdict>>();
  readonly #beside: Promise<unknown>[] = [];
  #checked = 0;
  #started = 0;

  constructor(props: RescansProps) {
    const { stack, endpoints } = props.pipeline;
    this.#props = props;
    this.machine = stack.outputs.find(({ key }) => key === 'RescanBucketArn')?.value ?? '';
    this.#stepFunctions = new SFNClient({
      region: 'us-east-1',
      endpoint: endpoints.stepFunctions,
      credentials: { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'local' },
      // The server may close an idle connection just when it is used again. Names keep a retry from a second start.
      maxAttempts: 3,
    });
  }

  /** For every execution of the state machine. */
  readonly onExecution = (execution: Execution): void => void this.#executions.set(execution.arn, execution);

  /** For every invocation of a function. */
  readonly onInvoke = ({ task, payload }: Invocation): void => {
    if (task !== 'notify') return;
    const { scanId, bucket, object, verdict, outcome } = payload as NotifyInput;
    if (!scanId.startsWith(this.machine.replace(':stateMachine:', ':execution:'))) return;
    const content = contentIn(bucket, object);
    const { status, finding, scanTime } = verdict;
    const verdicts = this.#underWay.get(bucket);
    const known = verdicts?.get(scanId) ?? { scanId, content, status, finding, scanTime, outcome, tries: 0 };
    known.tries += 1;
    verdicts?.set(scanId, known);
  };

  /** Sometimes starts one or two rescans where an upload has just started an execution, and does not wait for them. */
  sometimes({ bucket, key }: Content): void {
    const { chance, ledger } = this.#props;
    if (chance.of('rescan', bucket, key) >= SHARE) return;
    if (this.#underWay.has(bucket)) {
      ledger.count('rescans: none, one is under way');
      return;
    }
    const prefix = chance.of('rescan', key, 'prefix') < OF_ALL_FOLDERS ? '' : folderOf(key);
    const runs = [this.#next(bucket, prefix)];
    if (chance.of('rescan', key, 'two') < TWO) runs.push(this.#next(bucket, prefix));
    this.#beside.push(this.#round(bucket, runs));
  }

  /** Rescans all objects where sleepers are, while nobody uploads. */
  sweep(bucket: string): Promise<Round> {
    const objects = this.#props.storage.current(bucket).filter(({ key }) => key.startsWith(SLEEPERS_FOLDER));
    const before = objects.map((object) => ({
      content: contentOf(bucket, object),
      status: object.tags['scan-status'],
    }));
    return this.#round(bucket, [this.#byHand({ bucket, prefix: SLEEPERS_FOLDER, strategy: 'all' })], before);
  }

  /** Waits for the rescans that nobody has waited for. */
  async idle(): Promise<void> {
    await Promise.all(this.#beside.splice(0));
  }

  /** What has ended since the last call. */
  unchecked(): readonly Round[] {
    const rounds = this.rounds.slice(this.#checked);
    this.#checked = this.rounds.length;
    return rounds;
  }

  scanIds(): readonly string[] {
    return this.rounds.flatMap(({ verdicts }) => verdicts.map(({ scanId }) => scanId));
  }

  close(): void {
    this.#stepFunctions.destroy();
  }

  async #round(bucket: string, started: readonly Promise<ExecutionResult>[], before?: readonly Seen[]): Promise<Round> {
    const verdicts = new Map<string, RescanVerdict>();
    this.#underWay.set(bucket, verdicts);
    const runs = await Promise.all(started);
    this.#underWay.delete(bucket);
    const round = { bucket, runs, verdicts: [...verdicts.values()], before };
    this.rounds.push(round);
    return round;
  }

  #next(bucket: string, prefix: string): Promise<ExecutionResult> {
    const way = WAYS[this.#started % WAYS.length] ?? 'all';
    if (way === 'schedule') return this.#bySchedule(bucket);
    const toleratedFailurePercentage = this.#props.chance.pick([0, 5, 50], 'rescan', this.#started, 'tolerated');
    return this.#byHand({ bucket, prefix, strategy: way, toleratedFailurePercentage });
  }

  async #byHand(request: Request): Promise<ExecutionResult> {
    this.#count(request.strategy);
    const command = new StartExecutionCommand({
      stateMachineArn: this.machine,
      name: `soak-${this.#started}`,
      input: JSON.stringify(request),
    });
    const { executionArn = '' } = await this.#stepFunctions.send(command);
    return this.#resultOf(executionArn);
  }

  /** Pretends that a day has passed, so that all uploads since the last time are due. */
  async #bySchedule(bucket: string): Promise<ExecutionResult> {
    this.#count('schedule');
    const { stack, schedules } = this.#props.pipeline;
    const name = schedules.names.find((candidate) => {
      const { Input } = stack.resources.get(candidate)?.properties.Target ?? {};
      return JSON.parse(Input ?? '{}').bucket === bucket;
    });
    const { arn } = await schedules.fire(name ?? '', new Date(Date.now() + A_DAY));
    return this.#resultOf(arn);
  }

  #count(way: string): void {
    this.#started += 1;
    this.#props.ledger.count(`rescans: ${way}`);
  }

  async #resultOf(arn: string): Promise<ExecutionResult> {
    const execution = this.#executions.get(arn);
    if (execution === undefined) throw new Error(`no execution ${arn}`);
    this.#executions.delete(arn);
    return execution.result;
  }
}
