import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fileKey, objectKey } from '../../../../../functions/adapters/unpacking/pdf/standard-security.ts';
import type { PdfEncryption } from '../../../../../functions/domain/containers/pdf/encryption-dictionary.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const BASE: PdfEncryption = {
  revision: 3,
  keyBytes: [16, 5],
  owner: hex('65fbeeb76e4691b7dc4babe5b911ce87196f39d0cfda0f00920838327413a714'),
  user: Buffer.alloc(32),
  userKey: Buffer.alloc(0),
  permissions: -4,
  encryptMetadata: true,
  id: hex('31415926535897932384626433832795'),
  streamMethods: [],
  filters: new Map(),
};
const USER_3 = hex('e50572901b42359d9b07b36d80f979250122456a91bae5134273a6db134c87c4');

/** Made by qpdf 11 with an empty user password; the keys are what `qpdf --show-encryption-key` says. */
const OPEN: [string, Partial<PdfEncryption>, string][] = [
  [
    'RC4 with 40 bits',
    {
      revision: 2,
      keyBytes: [16, 5],
      owner: hex('59aebc0b228d02a1dd1afd7be52ad249afdc6fd71ef9234a49bfa56eb72c801a'),
      user: hex('e69bc0cf9f6337b05cc44f45af3035f2bf8f06d538eab0bd65a8159abdd0799e'),
    },
    'c9b8811773',
  ],
  ['RC4 with 128 bits', { user: USER_3 }, 'c64a700905febce96546400e6213b9b6'],
  ['a length that is told wrong', { user: USER_3, keyBytes: [5, 16] }, 'c64a700905febce96546400e6213b9b6'],
  ['AES with 128 bits', { revision: 4, user: USER_3 }, 'c64a700905febce96546400e6213b9b6'],
  [
    'AES with 128 bits, and metadata in clear',
    {
      revision: 4,
      encryptMetadata: false,
      user: hex('9928dd0a1cc7dd7890b2ccd3945bfd620122456a91bae5134273a6db134c87c4'),
    },
    'cdcc7d61b3c4ffad52b4e34c73c9e117',
  ],
  [
    'metadata in clear, before that was possible',
    { user: USER_3, encryptMetadata: false },
    'c64a700905febce96546400e6213b9b6',
  ],
  [
    'AES with 256 bits of revision 5',
    {
      revision: 5,
      user: hex('be28b95af429f0234debf97adf772676e2a82d5492664b1a6bc9f4afd260be689c0a1b846e6c40f9ea44cdd3f9da04f0'),
      userKey: hex('cf548a387b838e28a7093ac6fc351648219ab3b2275854b647098de2ceaa61e0'),
    },
    '9031485708c5dee8a82bdfa61e555a1c4fd35d5817684be41bc1f1bbdedf609d',
  ],
  ...[
    [
      'd83a77cfb4879c2bdf6a2ccc31cc359ae5a78bb2a99fed6a443e4d90ae8a3ffcba0f8ad8d4e3eb7f3294c3f5c1b8b45e',
      '0f46a93f4c11e1b31d7afadb464cf6ffda4f663db82600daa259b29b54928aed',
      '3f78afe6d18d9f8eca584f24921054e8083a74632d8b777c16ca5d1c60be0969',
    ],
    [
      '30e98d99815c1b2ecd469f75c4eb38f0d73430a111914ca9642d65356763663df68d0a9e11694f965772d8c43f14c15e',
      'cac26de822c96597707cd6ff3c15d30a9b2b6481385391bdd6ac5a4a9f6ce220',
      '7c03d1d7ab80fefc376547c847136386dded9f92c3f9ad0dc0f9e065489b28d4',
    ],
    [
      'd9a840c1aa01cf6d0ccbf3d3df4f1a1eb724752f63facf29405d2d03056183b21e7621e00538673c149be9be9bca4d66',
      '7e420dae6c83c2c70b68eb64695216504a0f3871e295c40fa1c339e3a4770d04',
      'accc9937accd908071c218b6f469a9cfa0229f1cd8f77cbeee48532255670351',
    ],
    [
      '2e2ca6124cd7377b579deb0ba5b85f96538a72926b36fe30a80bf46210b5185c360dd6706a4c7c44d359733ce14953ac',
      'b086480fbf93627975efe7c6b379b558c3601b6d6afd08d09b8bac7a318bef25',
      'b92fa94385d2b0faa9ec67f80c2ca1f87c40e2210433e760ea140f4639c554b4',
    ],
  ].map<[string, Partial<PdfEncryption>, string]>(([user = '', userKey = '', key = ''], index) => [
    `AES with 256 bits of revision 6, file ${index}`,
    { revision: 6, user: hex(user), userKey: hex(userKey) },
    key,
  ]),
];

describe('under the empty password', () => {
  it.each(OPEN)('%s opens', (_, encryption, key) => {
    expect(fileKey({ ...BASE, ...encryption })?.toString('hex')).toBe(key);
  });

  it.each(OPEN)('%s does not open when it is of another password', (_, encryption) => {
    const own = { ...BASE, ...encryption };
    const other = Buffer.from(own.user);
    other[0] = (other[0] ?? 0) ^ 1;
    expect(fileKey({ ...own, user: other })).toBeNull();
  });

  it('one that lacks a part does not open', () => {
    const [, newest = {}] = OPEN.at(-1) ?? [];
    const { user = Buffer.alloc(0), userKey = Buffer.alloc(0) } = newest;
    expect(fileKey({ ...BASE, ...newest, user: user.subarray(0, 47) })).toBeNull();
    expect(fileKey({ ...BASE, ...newest, userKey: userKey.subarray(0, 31) })).toBeNull();
    expect(fileKey({ ...BASE, user: USER_3, keyBytes: [] })).toBeNull();
    expect(fileKey({ ...BASE, user: USER_3.subarray(0, 15) })).toBeNull();
    expect(fileKey({ ...BASE, user: Buffer.alloc(0) })).toBeNull();
  });

  it('what follows the parts that count does not count', () => {
    for (const [, encryption, key] of OPEN) {
      const own = { ...BASE, ...encryption };
      const longer = {
        ...own,
        owner: Buffer.concat([own.owner, Buffer.from('x')]),
        user: Buffer.concat([own.user, Buffer.from('x')]),
      };
      expect(fileKey(longer)?.toString('hex')).toBe(key);
    }
    const other = Buffer.concat([USER_3.subarray(0, 16), randomBytes(16)]);
    expect(fileKey({ ...BASE, user: other })).not.toBeNull();
  });
});

describe('the key of an object', () => {
  const key = randomBytes(16);
  const md5 = (...parts: Buffer[]) => createHash('md5').update(Buffer.concat(parts)).digest();
  // 0x030201 and 0x0504, lowest byte first.
  const name = Buffer.from([1, 2, 3, 4, 5]);

  it('depends on its number and generation', () => {
    expect(objectKey(key, 'rc4', 0x030201, 0x0504)).toEqual(md5(key, name));
    expect(objectKey(key, 'aes-128', 0x030201, 0x0504)).toEqual(md5(key, name, Buffer.from('sAlT')));
  });

  it('is five bytes longer than that of the file, and no longer than 16', () => {
    expect(objectKey(key.subarray(0, 5), 'rc4', 0x030201, 0x0504)).toEqual(
      md5(key.subarray(0, 5), name).subarray(0, 10),
    );
    expect(objectKey(key.subarray(0, 11), 'rc4', 1, 0)).toHaveLength(16);
    expect(objectKey(key.subarray(0, 10), 'rc4', 1, 0)).toHaveLength(15);
  });

  it("is the file's own for the newest method", () => {
    expect(objectKey(key, 'aes-256', 0x030201, 0x0504)).toBe(key);
  });
});
