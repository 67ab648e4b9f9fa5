import { expect, it } from '@jest/globals';
import {
  isOfficial,
  isOwnSignatureFile,
  isSignatureFile,
} from '../../../../functions/domain/definitions/signature-files.ts';

it.each([
  ['own.ndb', { signatures: true, official: false, own: true }],
  ['rules-2.yar', { signatures: true, official: false, own: true }],
  ['daily.cvd', { signatures: true, official: true, own: false }],
  ['main.cud', { signatures: true, official: true, own: false }],
  ['daily.ndb', { signatures: true, official: false, own: true }],
  ['README.md', { signatures: false, official: false, own: false }],
  ['freshclam.dat', { signatures: false, official: false, own: false }],
  ['sub/own.ndb', { signatures: true, official: false, own: false }],
  ['../own.ndb', { signatures: true, official: false, own: false }],
  ['.own.ndb', { signatures: true, official: false, own: false }],
  ['', { signatures: false, official: false, own: false }],
  [`${'x'.repeat(200)}.ndb`, { signatures: true, official: false, own: false }],
])('%j is %j', (name, expected) => {
  expect({
    signatures: isSignatureFile(name),
    official: isOfficial(name),
    own: isOwnSignatureFile(name),
  }).toEqual(expected);
});
