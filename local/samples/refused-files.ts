import { gif, pdf } from './plain-files.ts';
import { zip } from './zip-files.ts';

/** MS-DOS and PE headers with no section and no code: REJECTED under any name. */
export function windowsExecutable(): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write('MZ', 'latin1');
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write('PE\0\0', 0x80, 'latin1');
  bytes.writeUInt16LE(0x8664, 0x84); // machine: x86-64
  bytes.writeUInt16LE(0xf0, 0x94); // size of the optional header
  bytes.writeUInt16LE(0x20b, 0x98);
  return bytes;
}

/** An ELF header with neither segments nor sections: REJECTED. */
export function linuxExecutable(): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeUInt16LE(2, 16); // executable
  bytes.writeUInt16LE(62, 18); // x86-64
  return bytes;
}

/** REJECTED, as `.txt` and without an extension too. */
export const shellScript = (): Buffer => Buffer.from('#!/bin/sh\necho hello\n');
export const batchScript = (): Buffer => Buffer.from('@echo off\r\necho hello\r\n');
export const phpScript = (): Buffer => Buffer.from('Some text first\n<?php echo "hello"; ?>\n');
export const html = (): Buffer => Buffer.from('<!DOCTYPE html><html><body>hello</body></html>\n');
export const svg = (): Buffer =>
  Buffer.from('<?xml version="1.0"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg"/>\n');

/**
 * An Aldus placeable metafile header, and an enhanced one: REJECTED (rendered by code with many past
 * vulnerabilities).
 */
export const wmf = (): Buffer => Buffer.concat([Buffer.from('d7cdc69a', 'hex'), Buffer.alloc(36)]);
export function emf(): Buffer {
  const bytes = Buffer.alloc(108);
  bytes.writeUInt32LE(1, 0);
  bytes.writeUInt32LE(108, 4);
  bytes.write(' EMF', 40, 'latin1');
  return bytes;
}

/** A Windows shortcut's header and an Internet shortcut: REJECTED. */
export const windowsShortcut = (): Buffer =>
  Buffer.concat([Buffer.from('4c0000000114020000000000c000000000000046', 'hex'), Buffer.alloc(56)]);
export const internetShortcut = (): Buffer => Buffer.from('[InternetShortcut]\r\nURL=https://example.invalid/\r\n');

/** A PDF at its head, a zip at its tail; opens as either: REJECTED extension-mismatch:pdf->application/zip. */
export async function pdfAndZip(): Promise<Buffer> {
  return Buffer.concat([pdf(), await zip({ 'note.txt': 'hidden' })]);
}

/**
 * An image to a browser, a program to a `<script src>`: the width starts a comment that ends after the image.
 * REJECTED.
 */
export function gifAndScript(): Buffer {
  const image = gif();
  image.write('/*', 6, 'latin1');
  return Buffer.concat([image, Buffer.from('*/=1;alert(1);')]);
}
