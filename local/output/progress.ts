/** One progress line on stderr; silent without a terminal. */
export interface Progress {
  update(text: string): void;
  /** Clears the line, so that something else can be printed. */
  clear(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/** @param stream null: nothing is shown */
export function startProgress(stream: NodeJS.WriteStream | null = process.stderr): Progress & { stop(): void } {
  if (stream?.isTTY !== true) return { update: () => {}, clear: () => {}, stop: () => {} };
  let text = '';
  let frame = 0;
  const clear = () => void stream.write('\r\x1b[2K');
  const draw = () => {
    if (text === '') return;
    clear();
    const line = `${FRAMES[frame % FRAMES.length]} ${text}`;
    stream.write(line.slice(0, Math.max(1, (stream.columns ?? 80) - 1)));
  };
  const timer = setInterval(() => {
    frame += 1;
    draw();
  }, FRAME_MS);
  timer.unref();
  return {
    update(next) {
      text = next;
      draw();
    },
    clear,
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}
