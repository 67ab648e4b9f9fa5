import { expect, it } from '@jest/globals';
import { activeInStream } from '../../../../../functions/domain/containers/active/pdf-stream.ts';
import { memorySource } from '../../../../../functions/domain/containers/byte-source.ts';

const activeIn = async (text: string | Buffer) => [
  ...(await activeInStream(memorySource(Buffer.from(text as string)), async () => undefined)),
];
const SCRIPT = '<</S/JavaScript/JS(x)>>';
const FORM = (inside: string) =>
  `<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform>${inside}</subform></template>`;
const FORM_SCRIPT = FORM('<event><script contentType="application/x-javascript">1</script></event>');

it.each<[string, string | Buffer, string[]]>([
  ['an action among objects', `1 0 2 5 <<>> ${SCRIPT}`, ['pdf-javascript']],
  ['an action behind white space', `${' '.repeat(70_000)}1 0 ${SCRIPT}`, ['pdf-javascript']],
  ['an action behind a comment', `%x\n1 0\n${SCRIPT}`, ['pdf-javascript']],
  ['an action behind what cannot be read', `1 0 2 9 >> ] word ${SCRIPT}`, ['pdf-javascript']],
  ['an action far inside', `1 0 <</A[${'<<>>'.repeat(99)}]/S/JavaScript/JS(>>)>>`, ['pdf-javascript']],
  ['an action that names its type elsewhere', '1 0 /Launch', ['pdf-launch']],
  ['an attachment', '1 0 <</EF<</F 2 0 R>>>>', ['pdf-embedded-file']],
  ['a script of a form', FORM_SCRIPT, ['pdf-javascript']],
  ['a script of a form in UTF-16', Buffer.from(`\ufeff${FORM_SCRIPT}`, 'utf16le'), ['pdf-javascript']],
  ['a script with a prefix', FORM('<x:script>1</x:script>'), ['pdf-javascript']],
])('finds %s', async (_, text, active) => {
  expect(await activeIn(text)).toEqual(active);
});

it.each([
  ['what draws a page', '1 0 0 1 0 0 cm /Launch Do /JS gs'],
  ['a text', `JavaScript: ${SCRIPT}`],
  ['a form without scripts', FORM('<field/>')],
  ['another XML with scripts', '<html><script>1</script></html>'],
  ['numbers', '1 2 3'],
  ['one number', '1'],
  ['nothing', ''],
])('leaves alone %s', async (_, text) => {
  expect(await activeIn(text)).toEqual([]);
});

it('refuses objects of more bytes than it holds in memory', async () => {
  const large = { size: 65 * 1024 * 1024, read: async () => Buffer.from('1 0 /JS ') };
  await expect(activeInStream(large, async () => undefined)).rejects.toMatchObject({
    finding: 'limits-exceeded:memory',
  });
});
