import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { ApiFault } from '../http/json-api.ts';

/** What a token stands for. */
interface Task {
  readonly id: string;
  readonly stateMachineArn: string;
}

export interface WaitingTask {
  readonly token: string;
  /** The first answer. @throws Error with the name that the state machine matches */
  readonly answer: Promise<unknown>;
  /** Answers that come later are refused. */
  close(): void;
}

interface OpenTask {
  readonly answer: PromiseWithResolvers<unknown>;
  readonly onHeartbeat: () => void;
}

/** The tokens of Tasks that wait for an answer. Closed ones are recognized by their signature, and not kept. */
export class TaskTokens {
  readonly #secret = randomBytes(32);
  readonly #open = new Map<string, OpenTask>();

  /** Tasks that wait. */
  get waiting(): number {
    return this.#open.size;
  }

  issue(stateMachineArn: string, onHeartbeat: () => void): WaitingTask {
    const id = randomUUID();
    const answer = Promise.withResolvers<unknown>();
    // Nobody may listen any more when it is answered.
    answer.promise.catch(() => undefined);
    this.#open.set(id, { answer, onHeartbeat });
    const content = Buffer.from(JSON.stringify({ id, stateMachineArn } satisfies Task));
    const token = Buffer.concat([this.#sign(content), content]).toString('base64');
    return { token, answer: answer.promise, close: () => void this.#open.delete(id) };
  }

  /** For authorization. @throws ApiFault InvalidToken, TaskDoesNotExist */
  stateMachineOf(token: string): string {
    return this.#read(token).stateMachineArn;
  }

  /** @throws ApiFault InvalidToken, TaskDoesNotExist, TaskTimedOut */
  succeed(token: string, output: unknown): void {
    this.#close(token).answer.resolve(output);
  }

  /** @throws ApiFault InvalidToken, TaskDoesNotExist, TaskTimedOut */
  fail(token: string, error: string, cause: string): void {
    this.#close(token).answer.reject(Object.assign(new Error(cause), { name: error }));
  }

  /** @throws ApiFault InvalidToken, TaskDoesNotExist, TaskTimedOut */
  heartbeat(token: string): void {
    this.#find(token).onHeartbeat();
  }

  #close(token: string): OpenTask {
    const task = this.#find(token);
    this.#open.delete(this.#read(token).id);
    return task;
  }

  #find(token: string): OpenTask {
    const task = this.#open.get(this.#read(token).id);
    if (task !== undefined) return task;
    throw new ApiFault('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }

  #read(token: string): Task {
    const bytes = Buffer.from(token, 'base64');
    const [signature, content] = [bytes.subarray(0, SIGNATURE_BYTES), bytes.subarray(SIGNATURE_BYTES)];
    const task = parse(content.toString());
    if (task === undefined) throw new ApiFault('InvalidToken', "Invalid Token: 'Invalid token'");
    if (timingSafeEqual(signature, this.#sign(content))) return task;
    throw new ApiFault('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
  }

  #sign(content: Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(content).digest();
  }
}

const SIGNATURE_BYTES = 32;

function parse(content: string): Task | undefined {
  try {
    const task = JSON.parse(content) as Partial<Task> | null;
    return typeof task?.id === 'string' && typeof task.stateMachineArn === 'string' ? (task as Task) : undefined;
  } catch {
    return undefined;
  }
}
