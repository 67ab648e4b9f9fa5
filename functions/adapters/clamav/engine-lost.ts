import { EngineUnavailable } from '../../domain/errors.ts';

/** Why clamd went while it scanned: over the time or the memory of a scan, or by itself. */
export type LossReason = 'time' | 'memory' | 'engine';

/** clamd was lost with this scan in it, by its fault or by that of a scan beside it. */
export class EngineLost extends EngineUnavailable {
  readonly reason: LossReason;

  constructor(reason: LossReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
