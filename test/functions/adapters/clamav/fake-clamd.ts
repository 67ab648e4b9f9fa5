import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What clamd does about a scan in a session; it answers PING unless it says otherwise. `answer` runs in its process with
 * `socket`, `path`, and `reply`, which sends one reply to this scan.
 */
export const ANSWERS = {
  hang: '',
  hangUp: 'socket.destroy()',
  nothing: 'socket.end()',
  garbage: 'socket.end("what?\\0")',
  error: 'reply(path + ": Can\'t read file ERROR")',
  full: 'reply(path + ": Can\'t write to file ERROR")',
  split: 'socket.write(number + ": " + path + ": Evil.Sig"); setTimeout(() => socket.write("nature FOUND\\0"), 20)',
  splitOk: 'socket.write(number + ": " + path); setTimeout(() => socket.write(": OK\\0"), 20)',
  unterminatedOk: 'socket.end(number + ": " + path + ": OK")',
  withoutNumber: 'socket.end(path + ": OK\\0")',
  otherNumber: 'socket.end("7: " + path + ": OK\\0")',
  otherFileOk: 'reply("/tmp/other: OK")',
  onlyOk: 'reply(": OK")',
  okBehindError: 'reply(path + ": Can\'t read file: OK")',
  errorThenOk: 'reply(path + ": Can\'t read file ERROR\\n" + path + ": OK")',
  endless: 'socket.write(Buffer.alloc(100_000, "x"))',
  notUtf8:
    'socket.end(Buffer.concat([Buffer.from(number + ": " + path + ": Evil."), Buffer.from([0xff, 0xe9]), Buffer.from(" FOUND\\0")]))',
  encrypted: 'reply(path + ": Heuristics.Encrypted.Zip FOUND")',
  die: 'process.kill(process.pid, "SIGKILL")',
  noted: 'fs.writeFileSync(__filename + ".scanning", "")',
  /** Finds EICAR by the name of its file, and writes down what it was asked about. */
  byName:
    'fs.appendFileSync(__filename + ".asked", path + "\\n"); reply(path + (/eicar/.test(path) ? ": Eicar FOUND" : ": OK"))',
  thenDeaf: 'onPing = (ping) => ping.destroy(); socket.end("what?\\0")',
  fullThenDeaf: 'onPing = (ping) => ping.destroy(); reply(path + ": Can\'t write to file ERROR")',
  /** Its next PING is left to another process, whose number it writes down, and which outlives it. */
  thenHeld: 'onPing = holdOpen; socket.end("what?\\0")',
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
  let number = 0;
  const reply = (text) => socket.write(number + ': ' + text + '\\0');
  socket.on('error', () => {});
  socket.on('data', (data) => {
    for (const line of data.toString().split(/[\\0\\n]/).filter(Boolean)) {
      const [command, path] = line.replace(/^[zn]/, '').split(' ');
      if (command === 'PING') onPing(socket);
      if (command !== 'SCAN') continue;
      number += 1;
      ${ANSWERS[answer]}
    }
  });
}).listen(configuration.match(/LocalSocket (.*)/)[1], () => console.log('listening'));
`;
  writeFileSync(path, source);
  chmodSync(path, 0o700);
  return path;
}
