import { ScratchFull } from '../../domain/errors.ts';

/** A scan needs more than its share of a disk on which others are too. */
export class ShareUsedUp extends ScratchFull {}
