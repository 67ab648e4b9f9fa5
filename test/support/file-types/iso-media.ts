import { Buffer } from 'node:buffer';

const box = (type: string, body: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};

/** A file of the ISO base media family that is nothing but its brands. */
export function isoMedia(major: string, compatible: readonly string[] = [major], first = 'ftyp'): Buffer {
  const brands = Buffer.concat([Buffer.from(major), Buffer.alloc(4), ...compatible.map((brand) => Buffer.from(brand))]);
  return Buffer.concat([box(first, brands), box('mdat', Buffer.alloc(200)), box('moov')]);
}

/** Key, major brand, compatible brands: as phones, cameras, browsers and converters write them. */
export const RECORDINGS: ReadonlyArray<readonly [key: string, major: string, compatible: readonly string[]]> = [
  ['memo.m4a', 'mp42', ['isom', 'mp42']],
  ['memo2.m4a', 'isom', ['isom', 'iso2', 'mp41']],
  ['stream.m4a', 'dash', ['iso6', 'mp41']],
  ['old-phone.m4a', '3gp4', ['isom', '3gp4']],
  ['itunes.m4a', 'M4A ', ['M4A ', 'mp42']],
  ['book.m4b', 'M4B ', ['M4B ']],
  ['converted.m4b', 'mp42', ['mp42']],
  ['ring.m4r', 'M4A ', ['M4A ']],
  ['sound.mp4', 'M4A ', ['M4A ', 'mp42']],
  ['clip.mp4', 'mp42', ['isom', 'mp42']],
  ['hevc.mp4', 'iso5', ['iso5', 'hvc1']],
  ['mac.mp4', 'qt  ', ['qt  ']],
  ['camera.mov', 'mp42', ['mp42', 'isom']],
  ['ffmpeg.mov', 'isom', ['isom']],
  ['phone.mov', 'qt  ', ['qt  ']],
  ['camcorder.mp4', 'XAVC', ['XAVC', 'mp42']],
  ['action.mp4', 'mp41', ['mp41']],
  ['preview.lrv', 'mp41', ['mp41']],
  ['feature.3gp', 'isom', ['isom', '3gp4']],
  ['feature2.3gp', 'mp42', ['mp42']],
  ['feature3.3gp', '3gp5', ['3gp5']],
  ['feature4.mp4', '3gp4', ['3gp4', 'isom']],
  ['cdma.3g2', '3g2a', ['3g2a']],
  ['cmaf.mp4', 'cmf2', ['cmf2']],
  ['avc.mp4', 'avc1', ['avc1']],
  ['sony.mp4', 'MSNV', ['MSNV']],
  ['flash.mp4', 'f4v ', ['f4v ']],
  ['flash.f4v', 'F4V ', ['F4V ']],
  ['adaptive.mp4', 'dash', ['iso6']],
  ['segment.m4s', 'msdh', ['msdh']],
  ['device.m4v', 'mp42', ['mp42']],
  ['store.m4v', 'M4V ', ['M4V ']],
];

export const PICTURES: typeof RECORDINGS = [
  ['phone.heic', 'heic', ['mif1', 'heic']],
  ['ten-bits.heic', 'heix', ['mif1', 'heix']],
  ['camera.hif', 'heix', ['mif1', 'heix']],
  ['live.heics', 'hevc', ['msf1', 'hevc']],
  ['live.heic', 'hevc', ['msf1', 'hevc']],
  ['layers.heic', 'heim', ['mif1', 'heim']],
  ['scalable.heic', 'hevs', ['msf1', 'hevs']],
  ['general.heic', 'mif1', ['mif1', 'heic']],
  ['phone.heif', 'heic', ['mif1', 'heic']],
  ['second.heif', 'mif2', ['mif2']],
  ['browser.avif', 'avif', ['avif', 'mif1', 'miaf']],
  ['general.avif', 'mif1', ['mif1', 'avif', 'miaf']],
  ['moving.avif', 'avis', ['avis', 'msf1']],
  ['moving.avifs', 'avis', ['avis', 'msf1']],
  ['sequence.avif', 'msf1', ['msf1', 'avis']],
];
