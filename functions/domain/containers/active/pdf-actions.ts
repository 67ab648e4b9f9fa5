import type { ActiveContent } from '../../active-content.ts';
import { PdfDictionary, PdfName, PdfReference, type PdfValue } from '../pdf/values.ts';

/** What says that a Launch action has something to start. */
const LAUNCHED = ['F', 'Win', 'Mac', 'Unix'];
/** Types of actions that may run a script. */
const SCRIPTED = ['JavaScript', 'Rendition'];

/** Whether an object is only the type of an action, which refers to it: no writer does that, and a viewer may take it. */
export const isLaunchType = (value: PdfValue): boolean => isName(value, ['Launch']);

/**
 * Everything active in a value of a PDF, and in the dictionaries and arrays in it.
 *
 * @param whole false where the value goes on behind what was read
 * @see https://pdfa.org/resource/iso-32000-2/ (12.6: actions)
 */
export function* activeInValue(value: PdfValue, whole = true): Iterable<ActiveContent> {
  if (Array.isArray(value)) for (const element of value) yield* activeInValue(element, whole);
  if (!(value instanceof PdfDictionary)) return;
  yield* activeInDictionary(value, whole);
  for (const key of value.keys()) for (const inner of value.all(key)) yield* activeInValue(inner, whole);
}

function* activeInDictionary(dictionary: PdfDictionary, whole: boolean): Iterable<ActiveContent> {
  const has = (key: string) => dictionary.all(key).some((value) => value !== null);
  const is = (key: string, names: readonly string[]) => dictionary.all(key).some((value) => isName(value, names));
  const refers = (key: string) => dictionary.all(key).some((value) => value instanceof PdfReference);
  const unknown = refers('S') || (!whole && !has('S'));
  if (has('OnInstantiate') || (has('JS') && (unknown || is('S', SCRIPTED)))) yield 'pdf-javascript';
  if (is('S', ['Launch']) && (!whole || LAUNCHED.some(has))) yield 'pdf-launch';
  const files = dictionary.all('EF').some((value) => value instanceof PdfDictionary || value instanceof PdfReference);
  if (files || is('Type', ['EmbeddedFile'])) yield 'pdf-embedded-file';
}

const isName = (value: PdfValue, names: readonly string[]): boolean =>
  value instanceof PdfName && names.includes(value.name);
