import { expect, it } from '@jest/globals';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { packagedFile } from '../../../../functions/domain/containers/ole-package.ts';

interface Package {
  readonly size?: number;
  readonly kind?: number;
  readonly label?: string;
  readonly path?: string;
  readonly temporary?: string;
  readonly length?: number;
  readonly behind?: string;
}

const word = (value: number) => Buffer.from(Uint32Array.of(value).buffer);

/** As Office writes it, unless told otherwise. */
function packageOf(file: string, told: Package = {}): Buffer {
  const { kind = 2, label = 'label', path = 'C:\\path', temporary = 'temp\0', length = file.length } = told;
  const body = Buffer.concat([
    Buffer.from([kind, 0]),
    Buffer.from(`${label}\0${path}\0\0\0\x03\0`),
    word(temporary.length),
    Buffer.from(temporary),
    word(length),
    Buffer.from(file + (told.behind ?? 'labels in UTF-16')),
  ]);
  return Buffer.concat([word(told.size ?? body.length), body]);
}
const unpacked = async (stream: Buffer) => {
  const source = memorySource(stream);
  const file = await packagedFile(source);
  return file === source ? null : (await file.read(0, 10_000)).toString();
};

it.each<[string, Package]>([
  ['with labels before and behind it', {}],
  ['with nothing behind it', { behind: '' }],
  ['without labels', { label: '', path: '', temporary: '' }],
  ['with a length that ends its first bytes', { temporary: 't'.repeat(4064) }],
  ['with line breaks in them', { label: 'a\nb', path: '\n\r' }],
  ['with long ones', { label: 'l'.repeat(2000), path: 'p'.repeat(2040), temporary: 't'.repeat(27) }],
])('takes a file out of its package: %s', async (_, told) => {
  expect(await unpacked(packageOf('the file', told))).toBe('the file');
});

it('takes out a file without bytes, and a long one', async () => {
  expect(await unpacked(packageOf('', { label: '', path: '' }))).toBe('');
  expect(await unpacked(packageOf('x'.repeat(9000)))).toBe('x'.repeat(9000));
});

it.each<[string, Buffer]>([
  ['of another size than told', packageOf('the file', { size: 60 })],
  ['of another kind', packageOf('the file', { kind: 3 })],
  ['with a file that is longer than the stream', packageOf('the file', { length: 9, behind: '' })],
  ['with labels that do not end', packageOf('', { label: 'l'.repeat(5000) })],
  ['with a path that does not end', packageOf('', { label: 'l'.repeat(2000), path: 'p'.repeat(3000) })],
  ['with too long a label to find the length of the next', packageOf('', { label: 'l'.repeat(4080), path: 'p' })],
  ['with too long a temporary path', packageOf('the file', { temporary: 't'.repeat(5000) })],
  ['with a length that is not in its first bytes', packageOf('the file', { temporary: 't'.repeat(4065) })],
  ['of nothing', Buffer.alloc(0)],
  ['of a few bytes', Buffer.concat([word(8), Buffer.from('\x02\0text\0\0')])],
  ['that ends behind its kind', Buffer.concat([word(12), Buffer.from('\x02\0'), Buffer.alloc(10, 'x')])],
])('leaves any other stream as it is: %s', async (_, stream) => {
  expect(await unpacked(stream)).toBeNull();
});

it('throws for no bytes at all', async () => {
  const stream = packageOf('the file');
  for (let length = 0; length <= stream.length; length += 1) {
    const cut = Buffer.from(stream.subarray(0, length));
    if (length >= 4) cut.writeUInt32LE(length - 4);
    for (const fill of [null, 0xff]) {
      if (fill !== null) cut.fill(fill, Math.min(length, 22));
      await unpacked(cut);
    }
  }
});
