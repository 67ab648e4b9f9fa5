import { expect, it } from '@jest/globals';
import { Rc4Decoder, rc4 } from '../../../../../functions/domain/containers/pdf/rc4-decoder.ts';
import { decodeInPieces } from '../../../../support/decode-in-pieces.ts';

// https://en.wikipedia.org/wiki/RC4#Test_vectors, and RFC 6229 for the 40 bits.
it.each([
  ['Key', 'Plaintext', 'bbf316e8d940af0ad3'],
  ['Wiki', 'pedia', '1021bf0420'],
  ['Secret', 'Attack at dawn', '45a01f645fc35b383552544b9bf5'],
  ['\x01\x02\x03\x04\x05', '\0'.repeat(16), 'b2396305f03dc027ccc3524a0a1118a8'],
])('under %j', (key, plain, encrypted) => {
  const bytes = Buffer.from(encrypted, 'hex');
  expect(rc4(Buffer.from(key), Buffer.from(plain))).toEqual(bytes);
  expect(decodeInPieces(new Rc4Decoder(Buffer.from(key)), bytes, [1, 3])).toEqual({
    content: Buffer.from(plain),
    consumed: null,
  });
});

it('goes on for longer than its state', () => {
  const text = Buffer.from('0123456789'.repeat(100));
  expect(rc4(Buffer.from('key'), rc4(Buffer.from('key'), text))).toEqual(text);
});
