import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WordFields } from '../../../../../functions/domain/containers/active/word-fields.ts';

type Event = 'begin' | 'separate' | 'end' | { readonly code: string } | { readonly text: string };

function hasDde(...events: Event[]): boolean {
  const fields = new WordFields();
  for (const event of events) {
    if (typeof event === 'string') fields.open('fldChar', (name) => (name === 'fldCharType' ? [event] : []));
    else if ('code' in event) {
      fields.open('instrText', () => []);
      fields.text(event.code);
      fields.close('instrText');
    } else fields.text(event.text);
  }
  return fields.hasDde;
}
const codes = (...texts: string[]): Event[] => texts.map((code) => ({ code }));

it.each<[string, Event[]]>([
  ['in one run', ['begin', ...codes(' DDE c:\\\\a.exe "/k" '), 'end']],
  ['that updates itself', ['begin', ...codes('DDEAUTO "a" "b"'), 'separate', { text: 'x' }, 'end']],
  ['over runs', ['begin', ...codes('D', 'D', 'EAU', 'TO a'), 'end']],
  ['in small letters', ['begin', ...codes('ddeauto a'), 'end']],
  ['in quotes', ['begin', ...codes(' "DDE" a'), 'end']],
  ['without anything behind', ['begin', ...codes('DDE')]],
  ['that is never closed', ['begin', ...codes('DDE a')]],
  ['with a field inside', ['begin', ...codes('DDE '), 'begin', ...codes('QUOTE 67'), 'end', 'end']],
  ['in a field', ['begin', ...codes('IF '), 'begin', ...codes('DDE a'), 'end', 'end']],
  ['behind other fields', ['begin', ...codes('PAGE'), 'end', 'begin', ...codes('DDE a'), 'end']],
  ['behind ends of nothing', ['end', 'end', 'begin', ...codes('DDE a'), 'end']],
])('finds a field %s', (_, events) => {
  expect(hasDde(...events)).toBe(true);
});

it.each<[string, Event[]]>([
  ['other fields', ['begin', ...codes(' TOC \\o "1-3" '), 'separate', 'end', 'begin', ...codes('PAGE'), 'end']],
  ['longer words', ['begin', ...codes('DDEX a'), 'end', 'begin', ...codes('DDEAUTOS'), 'end']],
  ['what a field says', ['begin', ...codes('QUOTE "DDE a"'), 'separate', { text: 'DDE a' }, 'end']],
  ['text', [{ text: 'DDEAUTO a' }]],
  ['words in two fields', ['begin', ...codes('DD'), 'end', 'begin', ...codes('E a'), 'end']],
])('leaves alone %s', (_, events) => {
  expect(hasDde(...events)).toBe(false);
});

describe('a field in one attribute', () => {
  const simple = (code: string) => {
    const fields = new WordFields();
    fields.open('fldSimple', (name) => (name === 'instr' ? [code] : []));
    return fields.hasDde;
  };
  it('counts as any other', () => {
    expect(simple('DDEAUTO c:\\\\a.exe')).toBe(true);
    expect(simple('AUTHOR')).toBe(false);
  });
});

it('finds a field however its code is cut into runs', () => {
  const code = fc.constantFrom('DDE a', '  DDEAUTO "c"', '"dde" x');
  fc.assert(
    fc.property(code, fc.array(fc.nat(12)), (text, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
      const runs = places.slice(1).map((place, index) => text.slice(places[index], place));
      expect(hasDde('begin', ...codes(...runs), 'end')).toBe(true);
    }),
  );
});
