/**
 * The `${CheckFileTypeFunctionArn}` tokens of a state machine and the Task name in each.
 * @param others tokens that do not name a function
 * @throws Error when a token names no function of the stack, or no token names a function
 */
export function functionTokens(
  asl: string,
  names: readonly string[],
  others: readonly string[] = [],
): Record<string, string> {
  const all = new Set([...asl.matchAll(/\$\{(\w+)\}/g)].map(([, token = '']) => token));
  const tokens = [...all].filter((token) => !others.includes(token));
  const words = new Map(tokens.map((token) => [token, token.replace(/FunctionArn$/, '')]));
  const unknown = tokens.filter((token) => !names.includes(words.get(token) ?? ''));
  if (unknown.length > 0)
    throw new Error(`the state machine asks for ${unknown.join(', ')}, which the stack does not have`);
  const unused = names.filter((word) => !words.has(`${word}FunctionArn`));
  if (unused.length > 0) throw new Error(`the state machine does not use ${unused.join(', ')}`);
  return Object.fromEntries(words);
}
