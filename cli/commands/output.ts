/** A line of output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line for whoever watches; output stays what a program can read. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
