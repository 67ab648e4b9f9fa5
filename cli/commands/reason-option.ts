import { InvalidArgumentError, Option } from 'commander';

/** S3 metadata and a terminal have one line for it. */
const MAX_CHARACTERS = 500;

export const reasonOption = (): Option =>
  new Option('--reason <text>', 'why; it is recorded with your ARN and the time').argParser(toReason);

function toReason(text: string): string {
  const reason = text.replaceAll(/\s+/g, ' ').trim();
  if (reason === '') throw new InvalidArgumentError('is empty.');
  if (reason.length > MAX_CHARACTERS) throw new InvalidArgumentError(`is longer than ${MAX_CHARACTERS} characters.`);
  return reason;
}
