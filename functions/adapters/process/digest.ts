import { createHash } from 'node:crypto';
import type { Digest } from '../../domain/ports.ts';

/** 64 hexadecimal digits. */
export const sha256: Digest = (text) => createHash('sha256').update(text).digest('hex');
