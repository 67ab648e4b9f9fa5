import pc from 'picocolors';

/** Only on a terminal: by default picocolors treats CI as one too. */
function coloursOn(stream: NodeJS.WriteStream) {
  return pc.createColors(stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb');
}

export const colours = coloursOn(process.stdout);
export const errorColours = coloursOn(process.stderr);
