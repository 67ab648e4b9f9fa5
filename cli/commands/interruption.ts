/** Until `end`, Ctrl-C and SIGTERM only set off the signal; the second one ends the process at once. */
export function interruption(): { readonly signal: AbortSignal; readonly code: () => number; end(): void } {
  const controller = new AbortController();
  let code = 0;
  const handlers = (
    [
      ['SIGINT', 2],
      ['SIGTERM', 15],
    ] as const
  ).map(([name, number]) => {
    const handle = () => {
      if (controller.signal.aborted) process.exit(128 + number);
      code = 128 + number;
      controller.abort();
    };
    process.on(name, handle);
    return [name, handle] as const;
  });
  return {
    signal: controller.signal,
    code: () => code,
    end() {
      for (const [name, handle] of handlers) process.off(name, handle);
    },
  };
}
