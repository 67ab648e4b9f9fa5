import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What clamd does about a SCAN; it answers PING unless it says otherwise. `answer` runs in its process with `socket` and `path`. */
export const ANSWERS = {
  hang: '',
  hangUp: 'socket.destroy()',
  nothing: 'socket.end()',
  garbage: 'socket.end("what?\\n")',
  error: 'socket.end(path + ": Can\'t read file ERROR\\n")',
  full: 'socket.end(path + ": Can\'t write to file ERROR\\n")',
  partial: 'socket.write(path + ": Evil.Sig"); setTimeout(() => socket.end("nature FOUND\\n"), 20)',
  partialOk: 'socket.write(path); setTimeout(() => socket.end(": OK\\n"), 20)',
  unterminatedOk: 'socket.end(path + ": OK")',
  otherFileOk: 'socket.end("/tmp/other: OK\\n")',
  onlyOk: 'socket.end(": OK\\n")',
  errorThenOk: 'socket.end(path + ": Can\'t read file ERROR\\n" + path + ": OK\\n")',
  notUtf8:
    'socket.end(Buffer.concat([Buffer.from(path + ": Evil."), Buffer.from([0xff, 0xe9]), Buffer.from(" FOUND\\n")]))',
  twoSignatures: 'socket.end(path + ": Heuristics.Encrypted.Zip FOUND\\n" + path + ": Evil FOUND\\n")',
  otherFileToo: 'socket.end(path + ": Evil FOUND\\n/tmp/other: Bad FOUND\\n")',
  die: 'process.kill(process.pid, "SIGKILL")',
  noted: 'fs.writeFileSync(__filename + ".scanning", "")',
  /** Finds EICAR by the name of its file, and writes down what it was asked about. */
  byName:
    'fs.appendFileSync(__filename + ".asked", path + "\\n"); socket.end(path + (/eicar/.test(path) ? ": Eicar FOUND\\n" : ": OK\\n"))',
  thenDeaf: 'onPing = (ping) => ping.destroy(); socket.end("what?\\n")',
  fullThenDeaf: 'onPing = (ping) => ping.destroy(); socket.end(path + ": Can\'t write to file ERROR\\n")',
  /** Its next PING is left to another process, whose number it writes down, and which outlives it. */
  thenHeld: 'onPing = holdOpen; socket.end("what?\\n")',
} as const;

/** Writes an executable that replaces clamd for misbehavior that the real one does not show. */
export function writeFakeClamd(folder: string, answer: keyof typeof ANSWERS): string {
  const path = join(folder, `clamd-${answer}`);
  const source = `#!${process.execPath}
const net = require('node:net');
const fs = require('node:fs');
let onPing = (socket) => socket.end('PONG\\n');
const holdOpen = (socket) => {
  const holder = require('node:child_process').spawn('sleep', ['60'], { stdio: [socket, 'ignore', 'ignore'] });
  fs.writeFileSync(__filename + '.holder', String(holder.pid));
};
const configuration = fs.readFileSync(process.argv[2].split('=')[1], 'utf8');
net.createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (data) => {
    const [command, path] = data.toString().split(' ');
    if (command === 'PING') onPing(socket);
    else { ${ANSWERS[answer]} }
  });
}).listen(configuration.match(/LocalSocket (.*)/)[1], () => console.log('listening'));
`;
  writeFileSync(path, source);
  chmodSync(path, 0o700);
  return path;
}
