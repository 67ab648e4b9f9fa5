import { expect, it } from '@jest/globals';
import { isExecutable } from '../../../../functions/domain/containers/executables.ts';

const isProgram = (text: string) => isExecutable(Buffer.from(text, 'latin1'));

it.each([
  ['of Windows', 'MZ\x90\0'],
  ['of Linux', '\x7fELF\x02'],
  ['that a shell runs', '#!/bin/sh'],
  ['of macOS', '\xfe\xed\xfa\xce\0'],
  ['of macOS, 64 bits', '\xfe\xed\xfa\xcf\0'],
  ['of macOS, little-endian', '\xce\xfa\xed\xfe\0'],
  ['of macOS, little-endian, 64 bits', '\xcf\xfa\xed\xfe\0'],
  ['of macOS, for several processors', '\xca\xfe\xba\xbe\0'],
])('is a program %s', (_, head) => {
  expect(isProgram(head)).toBe(true);
  expect(isProgram(`x${head}`)).toBe(false);
  expect(isProgram(head.slice(0, 1))).toBe(false);
});

it.each(['', 'text', 'M', '\x89PNG', '\xca\xfe\xd0\x0d'])('is none: %j', (head) => {
  expect(isProgram(head)).toBe(false);
});
