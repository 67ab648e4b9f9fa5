import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { zip } from '../../local/samples.ts';
import { rar5 } from '../support/containers/archives.ts';
import { pdfWith } from '../support/containers/documents.ts';
import { newSeed, sampleOf } from '../support/containers/sample.ts';
import { type Scanning, said, startScanning } from '../support/containers/scanning.ts';

/** Containers that ClamAV does not open, some of them where only ClamAV looks: an opened one excuses no other. */
const seed = newSeed();
let scanning: Scanning;
beforeAll(async () => {
  scanning = await startScanning(seed);
});
afterAll(() => scanning.close());

const honest = () => rar5('honest.txt', Buffer.from('nothing bad'));
const hostile = () => rar5('malware.bin', sampleOf(seed, 'opened elsewhere').malware);

function uuencoded(bytes: Buffer): string {
  const letter = (bits: number) => String.fromCharCode(bits === 0 ? 96 : 32 + bits);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 45) {
    const line = bytes.subarray(at, at + 45);
    let text = letter(line.length);
    for (let index = 0; index < line.length; index += 3) {
      const bits = ((line[index] ?? 0) << 16) | ((line[index + 1] ?? 0) << 8) | (line[index + 2] ?? 0);
      text += [18, 12, 6, 0].map((shift) => letter((bits >> shift) & 63)).join('');
    }
    lines.push(text);
  }
  return `begin 644 attached.rar\n${lines.join('\n')}\n\`\nend\n`;
}

const HEAD = 'From: a@example.com\nTo: b@example.com\nSubject: files\nMIME-Version: 1.0\n';
const part = (headers: string, body: string) => `--b\n${headers}\n\n${body}\n`;
const attached = (rar: Buffer) =>
  part(
    'Content-Type: application/vnd.rar; name="a.rar"\nContent-Transfer-Encoding: base64',
    rar.toString('base64').replaceAll(/(.{76})/g, '$1\n'),
  );
const mail = (...parts: readonly string[]) =>
  Buffer.from(`${HEAD}Content-Type: multipart/mixed; boundary=b\n\n${parts.join('')}--b--\n`);
const uuPart = (rar: Buffer) =>
  part('Content-Type: application/vnd.rar\nContent-Transfer-Encoding: x-uuencode', uuencoded(rar));

describe('a RAR archive', () => {
  it('attached to a mail in base64 is opened', async () => {
    expect(said(await scanning.scan(mail(attached(honest()))))).toBe('CLEAN');
    expect(said(await scanning.scan(mail(attached(hostile()))))).toMatch(/^INFECTED/);
  });

  it('that only ClamAV finds in the mail is not excused by it', async () => {
    expect(said(await scanning.scan(mail(uuPart(honest()))))).toBe('UNSCANNABLE unsupported-format:rar');
    expect(said(await scanning.scan(mail(attached(honest()), uuPart(hostile()))))).not.toBe('CLEAN');
  });

  it('that only ClamAV finds in a mail is not excused by one beside the mail', async () => {
    const both = await zip({ 'a.rar': honest(), 'mail.eml': mail(uuPart(hostile())) });
    expect(said(await scanning.scan(both))).not.toBe('CLEAN');
    const opened = await zip({ 'a.rar': honest(), 'mail.eml': mail(attached(honest())), 'notes.txt': 'x' });
    expect(said(await scanning.scan(opened))).toBe('CLEAN');
  });

  it('attached to a PDF is opened', async () => {
    const both = await zip({ 'a.pdf': pdfWith(honest()), 'a.rar': honest() });
    expect(said(await scanning.scan(both))).toBe('CLEAN');
    expect(said(await scanning.scan(pdfWith(hostile())))).toMatch(/^INFECTED/);
  });
});
