import { describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { ObjectUnreadable, StorageUnavailable } from '../../../functions/domain/errors.ts';
import type { ObjectStore } from '../../../functions/domain/ports.ts';
import { checkFileType } from '../../../functions/handlers/check-file-type.ts';
import * as samples from '../../../local/samples.ts';
import { memoryStore } from '../../support/memory-store.ts';

const NOW = '2026-01-02T03:04:05.000Z';
const clock = () => new Date(NOW);
const GROUPS = ['documents', 'images', 'audio', 'video', 'archives', 'text'];

async function check(content: Buffer, key: string, allowedTypes: string[] = GROUPS) {
  const { store } = memoryStore(content);
  return run(store, key, content.length, allowedTypes);
}

function run(store: Pick<ObjectStore, 'readRange'>, key: string, size: number, allowedTypes = GROUPS) {
  return checkFileType(store, clock)(
    {
      bucket: 'uploads',
      object: { key, size, etag: 'e' },
      policy: { maxObjectBytes: 10_000, allowedTypes, onInfected: 'tag' },
    },
    {} as Context,
  );
}

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const WORD_MACROS = 'application/vnd.ms-word.document.macroenabled.12';

describe('Check File Type', () => {
  it.each([
    [0, 'application/x-empty'],
    [10_001, 'application/octet-stream'],
  ])('reads nothing of %i bytes, whose size is the verdict', async (size, type) => {
    const refusing = { readRange: () => Promise.reject(new Error('read')) };
    expect(await run(refusing, 'a.exe', size)).toEqual({ type, headers: null, rejection: null });
  });

  const policy = { maxObjectBytes: 10_000, allowedTypes: ['*'], onInfected: 'tag' };
  const object = { key: 'a.txt', size: 4, etag: 'e' };
  const given = (payload: unknown) =>
    checkFileType(memoryStore(Buffer.from('text')).store, clock)(payload, {} as Context);

  it.each(['exports/a.exe', 'exports/', 'reports/2026/x'])('reads nothing of %s, which is trusted', async (key) => {
    const refusing = { readRange: () => Promise.reject(new Error('read')) };
    const trusted = { ...policy, trusted: ['exports/', 'reports/'] };
    const asked = checkFileType(refusing, clock);
    for (const size of [0, 4, 10_001]) {
      const input = { bucket: 'uploads', object: { key, size, etag: 'e' }, policy: trusted };
      await expect(asked(input, {} as Context)).rejects.toMatchObject({ name: 'ObjectTrusted', transient: false });
    }
  });

  it.each(['exports', 'Exports/a.txt', 'in/exports/a.txt'])('reads %s, which is not', async (key) => {
    const trusted = { ...policy, trusted: ['exports/', 'reports/'] };
    expect(await given({ bucket: 'uploads', object: { ...object, key }, policy: trusted })).toMatchObject({
      type: 'text/plain',
    });
  });

  it('takes the whole input of an execution, and what executions of older versions hand over', async () => {
    const detail = { bucket: { name: 'uploads', region: 'x' }, object, reason: 'PutObject' };
    const answer = await given({ upload: { detail, policy, error: { Error: 'ObjectReplaced' } } });
    expect(answer).toMatchObject({ type: 'text/plain', rejection: null });
    expect(await given({ bucket: 'uploads', object, policy })).toEqual(answer);
  });

  it.each([
    ['nothing', null, 'bucket'],
    ['text', 'hello', 'bucket'],
    ['no bucket', { detail: { object }, policy }, 'bucket'],
    ['no object', { detail: { bucket: { name: 'b' } }, policy }, 'object'],
    ['no policy', { detail: { bucket: { name: 'b' }, object } }, 'policy'],
    [
      'no limit',
      { detail: { bucket: { name: 'b' }, object }, policy: { ...policy, maxObjectBytes: 'ten' } },
      'maxObjectBytes',
    ],
  ])('refuses an input with %s', async (_, upload, key) => {
    await expect(given({ upload })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(key),
    });
  });

  it.each<[string, string, () => Buffer | Promise<Buffer>]>([
    ['a.pdf', 'application/pdf', samples.pdf],
    ['cut.pdf', 'application/pdf', samples.truncatedPdf],
    ['a.png', 'image/png', samples.png],
    ['IMG_1.JPG', 'image/jpeg', samples.jpeg],
    ['a.png', 'image/jpeg', samples.jpeg],
    ['a.jpeg', 'image/jpeg', samples.jpeg],
    ['a.gif', 'image/gif', samples.gif],
    ['a.mp3', 'audio/mpeg', samples.mp3],
    ['a.mp4', 'video/mp4', samples.mp4],
    ['a.docx', WORD, samples.docx],
    ['a.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', samples.xlsx],
    ['a.pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation', samples.pptx],
    ['a.odt', 'application/vnd.oasis.opendocument.text', samples.odt],
    ['a.txt', 'text/plain', samples.text],
    ['a.txt', 'text/plain', samples.utf16Text],
    ['a.csv', 'text/csv', samples.csv],
    ['a.csv', 'text/csv', () => Buffer.from('Stra\xdfe;1', 'latin1')],
    ['a.json', 'application/json', samples.json],
    ['eicar.txt', 'text/plain', samples.eicar],
    ['eicar.zip', 'application/zip', samples.eicarInZip],
    ['eicar.zip', 'application/zip', samples.eicarInNestedZip],
    ['secret.zip', 'application/zip', samples.encryptedZip],
    ['corrupt.zip', 'application/zip', samples.corruptZip],
    ['0b6f1f2e', 'image/png', samples.png],
    ['backup.2026', 'application/zip', samples.eicarInZip],
    ['folder/', 'text/plain', samples.text],
  ])('lets %s in as %s', async (key, type, build) => {
    expect(await check(await build(), key)).toEqual({ type, headers: expect.any(String), rejection: null });
  });

  it.each<[string, string, () => Buffer | Promise<Buffer>]>([
    ['a.exe', 'type:application/x-msdownload', samples.windowsExecutable],
    ['a.pdf', 'type:application/x-msdownload', samples.windowsExecutable],
    ['a', 'type:application/x-msdownload', samples.windowsExecutable],
    ['a', 'type:application/x-elf', samples.linuxExecutable],
    ['a.txt', 'type:text/x-shellscript', samples.shellScript],
    ['a.txt', 'type:application/x-bat', samples.batchScript],
    ['a.csv', 'type:application/x-httpd-php', () => Buffer.from('<?php system($_GET[0]);')],
    ['a.gif', 'extension-mismatch:gif->text/plain', samples.phpScript],
    ['a.txt', 'type:text/html', samples.html],
    ['a.xml', 'type:image/svg+xml', samples.svg],
    ['a.svg', 'type:image/svg+xml', samples.svg],
    ['a.wmf', 'type:image/wmf', samples.wmf],
    ['a.png', 'type:image/emf', samples.emf],
    ['a.lnk', 'type:application/x-ms-shortcut', samples.windowsShortcut],
    ['a.txt', 'type:application/x-mswinurl', samples.internetShortcut],
    ['a.docm', `type:${WORD_MACROS}`, samples.docm],
    ['a.docx', `type:${WORD_MACROS}`, samples.docxWithMacros],
    ['a.zip', 'type:application/java-archive', samples.jar],
    ['a.zip', 'type:application/vnd.android.package-archive', samples.apk],
    ['a.pdf', 'extension-mismatch:pdf->application/zip', samples.pdfAndZip],
    ['a.gif', 'extension-mismatch:gif->text/javascript', samples.gifAndScript],
    ['a.zip', `extension-mismatch:zip->${WORD}`, samples.docx],
    ['a.pdf', 'extension-mismatch:pdf->image/jpeg', samples.jpeg],
    ['a.pdf.exe', 'extension-mismatch:exe->application/pdf', samples.pdf],
    ['a.pdf.EXE. ', 'extension-mismatch:exe->application/pdf', samples.pdf],
    ['invoice\u202efdp.exe', 'extension-mismatch:exe->application/pdf', samples.pdf],
    ['a.docx', 'extension-mismatch:docx->application/zip', samples.encryptedZip],
    ['.htaccess', 'extension-mismatch:htaccess->text/plain', samples.text],
    ['a.js', 'type:text/javascript', samples.text],
    ['a.com', 'extension-mismatch:com->text/plain', samples.eicar],
    ['a.bin', 'type:application/octet-stream', () => Buffer.from([0, 1, 2, 3])],
    ['a.txt', 'type:application/octet-stream', () => Buffer.from('Stra\0\xdfe', 'latin1')],
  ])('refuses %s: %s', async (key, finding, build) => {
    const { type, rejection } = await check(await build(), key);
    expect(rejection).toEqual({
      status: 'REJECTED',
      finding,
      headers: expect.any(String),
      type,
      definitions: null,
      activeContent: [],
      scanTime: NOW,
    });
  });

  it('lets in what the allowlist names, by any of its names', async () => {
    const names: Array<[string, () => Buffer, string]> = [
      ['image/jpg', samples.jpeg, 'a.jpg'],
      ['IMAGE/SVG+XML', samples.svg, 'a.svg'],
      ['application/x-dosexec', samples.windowsExecutable, 'a.exe'],
      ['text/x-shellscript', samples.shellScript, 'a.sh'],
    ];
    for (const [name, build, key] of names) expect((await check(build(), key, [name])).rejection).toBeNull();
    expect((await check(samples.png(), 'a.png', ['documents'])).rejection?.finding).toBe('type:image/png');
  });

  it('lets everything in under *, but for an extension that claims another type', async () => {
    const under = async (content: Buffer, key: string) => (await check(content, key, ['*'])).rejection?.finding;
    expect(await under(samples.windowsExecutable(), 'a.exe')).toBeUndefined();
    expect(await under(samples.shellScript(), 'install.sh')).toBeUndefined();
    expect(await under(Buffer.from([0, 1, 2, 3]), 'a.dat')).toBeUndefined();
    expect(await under(await samples.pdfAndZip(), 'a.pdf')).toBeUndefined();
    expect(await under(samples.windowsExecutable(), 'a.pdf')).toBe('extension-mismatch:pdf->application/x-msdownload');
  });

  it('calls an object that cannot be read UNSCANNABLE and throws other faults on', async () => {
    const refusing = (fault: Error) => ({ readRange: () => Promise.reject(fault) });
    expect(await run(refusing(new ObjectUnreadable('archived', 'in Glacier')), 'a.pdf', 10)).toEqual({
      type: 'application/octet-stream',
      headers: null,
      rejection: {
        status: 'UNSCANNABLE',
        finding: 'archived',
        type: null,
        definitions: null,
        activeContent: [],
        scanTime: NOW,
      },
    });
    await expect(run(refusing(new StorageUnavailable('503')), 'a.pdf', 10)).rejects.toThrow(StorageUnavailable);
  });
});
