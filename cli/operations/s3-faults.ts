/** HTTP status of a fault of the SDK; a HEAD has no other. */
export function statusOf(fault: unknown): number | undefined {
  return (fault as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}

export const isDenied = (fault: unknown): boolean => statusOf(fault) === 403;

/** The object, or this version of it, is not there, or is a delete marker. */
export const isGone = (fault: unknown): boolean => [404, 405].includes(statusOf(fault) ?? 0);

/** If-Match or If-None-Match did not hold, also because somebody else writes at the same time. */
export const isConflict = (fault: unknown): boolean => [409, 412].includes(statusOf(fault) ?? 0);
