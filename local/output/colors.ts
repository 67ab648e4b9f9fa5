import pc from 'picocolors';

/** On a terminal only: by itself picocolors takes CI for one too. */
function coloursOn(stream: NodeJS.WriteStream) {
  return pc.createColors(stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb');
}

export const colours = coloursOn(process.stdout);
export const errorColours = coloursOn(process.stderr);
