import { readFileSync, writeFileSync } from 'node:fs';

/** @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function bytesOf(field: 'VmRSS' | 'VmHWM', pid: number | 'self'): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** What a process has in memory now. Linux only. */
export const residentBytes = (pid: number | 'self' = 'self'): number => bytesOf('VmRSS', pid);
/** The most that it has had, since its start or since `restartPeak`. */
export const peakBytes = (pid: number | 'self' = 'self'): number => bytesOf('VmHWM', pid);
/** @see https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html */
export const restartPeak = (): void => writeFileSync('/proc/self/clear_refs', '5');
