import { describe, expect, it } from '@jest/globals';
import { XML_READ_LIMITS } from '../../../../functions/adapters/content/object-bytes.ts';
import { StorageUnavailable } from '../../../../functions/domain/errors.ts';
import { xmlProblem } from '../../../../functions/domain/file-type/xml/xml.ts';
import { inspected } from '../../../support/file-types/inspected.ts';
import { sparse } from '../../../support/memory-store.ts';

const MIB = 1024 * 1024;
const ACTIVE = Buffer.from('<h:b xmlns:h="http://www.w3.org/1999/xhtml"/></r>');
const SPACE = 0x20;

/** XML of blanks, with a root that `end` closes. */
const blanks = (size: number, end: Buffer, start = '<?xml version="1.0"?><r>') =>
  sparse(
    size,
    [
      [0, Buffer.from(start)],
      [size - end.length, end],
    ],
    SPACE,
  );

async function problem(content: Parameters<typeof inspected>[0], contentType: string | null = null) {
  const { xml, requests } = await inspected(content, contentType);
  return { rule: xml && xmlProblem(xml, { stylesheets: 'reject' }), requests };
}

describe('XML in an object', () => {
  it.each([100, 2 * MIB, 2 * MIB + 1, 6 * MIB])('of %i bytes is read to its end', async (size) => {
    expect((await problem(blanks(size, ACTIVE))).rule).toBe('xhtml');
    expect((await problem(blanks(size, Buffer.from('</r>')))).rule).toBeNull();
    expect((await problem(blanks(size, Buffer.from(' ')))).rule).toBe('malformed');
  });

  it('that is larger is not', async () => {
    const size = XML_READ_LIMITS.bytes + 1;
    const large = await inspected(blanks(size, ACTIVE, '<?xml version="1.0"?><svg>'));
    expect(large.xml).toMatchObject({ complete: false, elements: 'svg' });
    expect((await problem(blanks(size, ACTIVE))).rule).toBe('too-large');
    expect((await problem(blanks(size, ACTIVE, '<r/><r/>'))).rule).toBe('malformed');
    expect(large.requests).toBe((await inspected(sparse(size, [], SPACE))).requests);
  });

  it('costs no request more than other text up to 16 MiB, and one for each 4 MiB of what is larger', async () => {
    const more = async (size: number) => {
      const [xml, text] = [await problem(blanks(size, ACTIVE)), await problem(sparse(size, [], SPACE))];
      return xml.requests - text.requests;
    };
    expect(await more(100)).toBe(0);
    expect(await more(2 * MIB)).toBe(0);
    expect(await more(16 * MIB)).toBe(0);
    expect(await more(16 * MIB + 1)).toBe(4);
    const largest = await problem(blanks(XML_READ_LIMITS.bytes, ACTIVE));
    const text = await problem(sparse(XML_READ_LIMITS.bytes, [], SPACE));
    expect(largest).toEqual({ rule: 'xhtml', requests: text.requests + 8 });
  });

  it('is read no further than its first error', async () => {
    const size = 20 * MIB;
    const text = await problem(sparse(size, [], SPACE));
    for (const start of ['<r/><r/>', '<p align=center>', '<14>Jan 1 host: started', '<!-- x --> text']) {
      expect(await problem(blanks(size, ACTIVE, start))).toEqual({ rule: 'malformed', requests: text.requests });
    }
  });

  it('is what begins as XML, if it is text', async () => {
    for (const content of ['a <b>', '{"a":"<b>"}', '', '<a>\0</a>', `${' '.repeat(10)}a`]) {
      expect((await inspected(Buffer.from(content))).xml).toBeNull();
    }
    expect((await inspected(Buffer.from('<?xml version="1.0"?><a/>', 'utf16le'))).xml).toBeNull();
  });

  it('is read in the charset of its stored type as well', async () => {
    const bytes = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><r>M\xfcller</r>', 'latin1');
    expect((await problem(bytes)).rule).toBeNull();
    expect((await problem(bytes, 'text/xml; charset="iso-8859-1"')).rule).toBeNull();
    expect((await problem(bytes, 'text/xml; charset=utf-8')).rule).toBe('malformed');
    expect((await problem(bytes, 'text/xml; charset=iso-2022-jp')).rule).toBe('encoding');
    expect((await problem(bytes, 'no type')).rule).toBeNull();
  });

  it('never hides a fault of the store', async () => {
    const size = 20 * MIB;
    const { fill } = blanks(size, ACTIVE);
    const cut = {
      size,
      fill: (start: number, length: number) => fill(start, start > MIB && length > MIB ? length - 1 : length),
    };
    await expect(inspected(cut)).rejects.toThrow(StorageUnavailable);
  });
});
