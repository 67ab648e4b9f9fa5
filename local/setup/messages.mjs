export function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

export function stop(text) {
  say(text);
  process.exit(1);
}
