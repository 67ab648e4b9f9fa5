/** A line of output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a progress line to stderr; stdout stays machine-readable. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
