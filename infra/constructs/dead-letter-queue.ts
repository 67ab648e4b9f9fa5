import { ClosedQueue } from './closed-queue.ts';

/** What was not delivered, or not done: each has an alarm, and a command or a function that takes it up again. */
export class DeadLetterQueue extends ClosedQueue {}
