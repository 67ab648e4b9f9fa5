import { describe, expect, it } from '@jest/globals';
import { EndOfStreamError } from 'strtok3/core';
import { ObjectBytes } from '../../../../functions/adapters/content/object-bytes.ts';
import { detectMagic, ObjectTokenizer } from '../../../../functions/adapters/content/object-tokenizer.ts';
import { StorageUnavailable } from '../../../../functions/domain/errors.ts';
import * as samples from '../../../../local/samples.ts';
import { memoryStore, type SparseContent, sparse } from '../../../support/memory-store.ts';

const BLOCK = 64 * 1024;

function open(content: Uint8Array | SparseContent) {
  const { store, reference } = memoryStore(content);
  return new ObjectBytes(store, reference('a'));
}

describe('magic bytes', () => {
  it.each([
    ['a PDF', samples.pdf(), { type: 'application/pdf', extension: 'pdf' }],
    ['a PNG', samples.png(), { type: 'image/png', extension: 'png' }],
    ['an MP3', samples.mp3(), { type: 'audio/mpeg', extension: 'mp3' }],
    ['text', Buffer.from('just text'), null],
    ['nothing', Buffer.alloc(0), null],
  ])('tell %s', async (_, content, detected) => {
    expect(await detectMagic(open(content))).toEqual(detected);
  });

  it('are looked for where they are, however far behind the beginning', async () => {
    const detect = (content: SparseContent) => detectMagic(open(content));
    const iso = { type: 'application/x-iso9660-image', extension: 'iso' };
    expect(await detect(sparse(32_774, [[32_769, Buffer.from('CD001')]]))).toEqual(iso);
    // An ID3 tag of a hundred thousand bytes, and behind it what it is about.
    const tag = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 6, 13, 32]);
    const flac = Buffer.from('fLaC');
    expect(
      await detect(
        sparse(200_000, [
          [0, tag],
          [100_010, flac],
        ]),
      ),
    ).toEqual({ type: 'audio/flac', extension: 'flac' });
  });

  it('are not looked for beyond 16 requests, whatever was asked before', async () => {
    const entries = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${n}`, Buffer.alloc(100_000, 7)]));
    const bytes = open(await samples.zip(entries, false));
    await bytes.read(30 * BLOCK, 1);
    await bytes.read(40 * BLOCK, 1);
    await detectMagic(bytes);
    expect(bytes.requests).toBe(2 + 16);
  });

  it('are not read where the store has a fault, which is no sign of odd content', async () => {
    const fault = new StorageUnavailable('503');
    const store = { readRange: () => Promise.reject(fault) };
    const bytes = new ObjectBytes(store, { bucket: 'b', key: 'k', size: 1000, etag: 'e' });
    await expect(detectMagic(bytes)).rejects.toBe(fault);
  });
});

/* What today's parsers cannot be led into. */
describe('a parser', () => {
  const tokenizer = (size: number) => new ObjectTokenizer(open(sparse(size, [[0, Buffer.from('abcdef')]])));
  const target = Buffer.alloc(4);
  const ended = expect.any(EndOfStreamError);

  it('that is led in a circle, where nothing new is asked for, still ends', async () => {
    const circle = tokenizer(10);
    for (let read = 0; read < 20_000; read += 1) expect(await circle.peekBuffer(target)).toBe(4);
    await expect(circle.peekBuffer(target)).rejects.toEqual(ended);
  });

  it('gets no buffer of more than 4 MiB', async () => {
    const token = (len: number) => ({ len, get: () => 'token' });
    const MIB = 1024 * 1024;
    expect(await tokenizer(8 * MIB).readToken(token(4 * MIB))).toBe('token');
    await expect(tokenizer(8 * MIB).readToken(token(4 * MIB + 1))).rejects.toThrow(/exceeds/);
  });

  it('reads on where it was, or where it wants, and looks without moving', async () => {
    const reader = tokenizer(10);
    const text = async (read: Promise<number>) => target.toString('latin1', 0, await read);
    expect(await text(reader.peekBuffer(target))).toBe('abcd');
    expect(await text(reader.readBuffer(target, { length: 2 }))).toBe('ab');
    expect(await text(reader.readBuffer(target, { length: 2 }))).toBe('cd');
    expect(await text(reader.peekBuffer(target, { position: 1 }))).toBe('bcde');
    expect(reader.position).toBe(4);
    expect(await text(reader.readBuffer(target, { position: 2, length: 1 }))).toBe('c');
    expect(reader.position).toBe(3);
    reader.setPosition(5);
    expect(await text(reader.readBuffer(target, { length: 1 }))).toBe('f');
  });

  it('finds the end where the object ends, or its limits', async () => {
    const reader = tokenizer(6);
    expect(await reader.peekBuffer(target, { position: 2 })).toBe(4);
    expect(await reader.peekBuffer(target, { position: 3, mayBeLess: true })).toBe(3);
    await expect(reader.peekBuffer(target, { position: 3 })).rejects.toEqual(ended);
    const wide = tokenizer(40 * BLOCK);
    for (let request = 0; request < 16; request += 1) await wide.peekBuffer(target, { position: 2 * request * BLOCK });
    await expect(wide.peekBuffer(target)).rejects.toEqual(ended);
  });
});
