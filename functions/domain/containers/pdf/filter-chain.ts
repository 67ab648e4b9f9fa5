import { unsupported } from '../unaccounted.ts';
import type { Decoder } from './decoder.ts';
import { LzwDecoder } from './lzw-decoder.ts';
import { PredictorDecoder } from './predictor-decoder.ts';
import { Ascii85Decoder, AsciiHexDecoder, RunLengthDecoder } from './text-decoders.ts';
import { PdfDictionary, PdfName, type PdfValue } from './values.ts';

/** Makes a decoder for one use. May throw Unaccounted. */
export type MakeDecoder = () => Decoder;

/** How a stream is decoded. */
export interface FilterChain {
  readonly decoders: readonly MakeDecoder[];
  /** A filter that nobody here knows, behind which the rest is looked at as it is. */
  readonly problem: ReturnType<typeof unsupported> | null;
  /** Names of its crypt filters. */
  readonly crypt: readonly string[];
}

const NAMES: Readonly<Record<string, string>> = {
  Fl: 'FlateDecode',
  LZW: 'LZWDecode',
  A85: 'ASCII85Decode',
  AHx: 'ASCIIHexDecode',
  RL: 'RunLengthDecode',
  CCF: 'CCITTFaxDecode',
  DCT: 'DCTDecode',
};
const IMAGES = new Set(['CCITTFaxDecode', 'DCTDecode', 'JPXDecode', 'JBIG2Decode']);
/** More than any writer uses; each may multiply the size. */
const MAX_FILTERS = 16;

/** @param filter and its parameters, their references resolved */
export function filterChain(filter: PdfValue, parameters: PdfValue, flate: MakeDecoder): FilterChain {
  const filters = Array.isArray(filter) ? filter : [filter];
  const decoders: MakeDecoder[] = [];
  const crypt: string[] = [];
  const until = (problem: FilterChain['problem']) => ({ decoders, problem, crypt });
  for (const [index, value] of filters.entries()) {
    if (value === null) continue;
    const told = value instanceof PdfName ? value.name : '';
    const name = NAMES[told] ?? told;
    if (IMAGES.has(name)) return until(null);
    if (index >= MAX_FILTERS) return until(unsupported('pdf-filter'));
    const all = Array.isArray(parameters) ? parameters[index] : index === 0 ? parameters : null;
    const own = all instanceof PdfDictionary ? all : new PdfDictionary();
    if (name === 'Crypt') {
      const filterName = own.get('Name');
      crypt.push(filterName instanceof PdfName ? filterName.name : 'Identity');
      continue;
    }
    const decoder = decoderOf(name, own, flate);
    if (decoder === null) return until(unsupported('pdf-filter'));
    decoders.push(decoder);
    const predictor = name === 'FlateDecode' || name === 'LZWDecode' ? predictorOf(own) : null;
    if (predictor !== null) decoders.push(predictor);
  }
  return until(null);
}

function decoderOf(name: string, parameters: PdfDictionary, flate: MakeDecoder): MakeDecoder | null {
  switch (name) {
    case 'FlateDecode':
      return flate;
    case 'LZWDecode':
      return () => new LzwDecoder(parameters.get('EarlyChange') === 0 ? 0 : 1);
    case 'ASCII85Decode':
      return () => new Ascii85Decoder();
    case 'ASCIIHexDecode':
      return () => new AsciiHexDecoder();
    case 'RunLengthDecode':
      return () => new RunLengthDecoder();
    default:
      return null;
  }
}

function predictorOf(parameters: PdfDictionary): MakeDecoder | null {
  const number = (key: string, otherwise: number) => {
    const value = parameters.get(key);
    return typeof value === 'number' ? Math.trunc(value) : otherwise;
  };
  const predictor = number('Predictor', 1);
  if (predictor !== 2 && predictor < 10) return null;
  const bits = number('BitsPerComponent', 8);
  return () =>
    new PredictorDecoder({
      predictor,
      colors: number('Colors', 1),
      bitsPerComponent: [1, 2, 4, 8, 16].includes(bits) ? bits : 8,
      columns: number('Columns', 1),
    });
}
