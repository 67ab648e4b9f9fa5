import { describe, expect, it } from '@jest/globals';
import {
  agrees,
  isKnownExtension,
  textTypeOf,
  typeByName,
} from '../../../../../functions/domain/file-type/types/extensions.ts';

describe('an extension', () => {
  it('agrees with a type no table holds by the extension that came with it', () => {
    expect(agrees('xcf', 'image/x-xcf', 'xcf')).toBe(true);
    expect(agrees('exe', 'image/x-xcf', 'xcf')).toBe(false);
    expect(agrees('jpg', 'image/jpeg')).toBe(true);
    expect(agrees('exe', 'image/jpeg', 'exe')).toBe(false);
  });

  it.each([
    ['jpg', 'image/png'],
    ['png', 'image/jpeg'],
    ['webp', 'image/jpeg'],
    ['mp4', 'video/quicktime'],
    ['m4s', 'video/mp4'],
    ['3gp', 'video/mp4'],
    ['avif', 'image/heif'],
    ['heic', 'image/avif'],
    ['ogg', 'video/ogg'],
    ['oga', 'application/ogg'],
    ['mkv', 'video/webm'],
    ['mpg', 'video/mp2t'],
    ['txt', 'text/csv'],
    ['gpx', 'application/xml'],
    ['pjpeg', 'image/jpeg'],
    ['hif', 'image/heic'],
  ])('.%s agrees with %s', (extension, type) => expect(agrees(extension, type)).toBe(true));

  it.each([
    ['mp3', 'video/mp4'],
    ['svg', 'image/png'],
    ['emf', 'image/png'],
    ['psd', 'image/png'],
    ['html', 'text/plain'],
    ['ini', 'text/plain'],
    ['svg', 'application/xml'],
    ['xsl', 'application/xml'],
    ['fodt', 'application/xml'],
    ['docx', 'application/zip'],
    ['xlsx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['zip', 'application/x-tar'],
    ['doc', 'application/x-cfb'],
    ['msg', 'application/x-outlook-store'],
  ])('.%s does not agree with %s', (extension, type) => expect(agrees(extension, type)).toBe(false));

  it('chooses between types that content cannot tell apart', () => {
    expect(typeByName('video/mp4', 'm4a')).toBe('audio/mp4');
    expect(typeByName('audio/x-m4a', 'mp4')).toBe('audio/x-m4a');
    expect(typeByName('video/3gpp', 'm4a')).toBe('audio/mp4');
    expect(typeByName('image/heif', 'avif')).toBe('image/avif');
    expect(typeByName('image/avif', 'heic')).toBe('image/avif');
    expect(typeByName('image/png', 'jpg')).toBe('image/png');
    expect(typeByName('video/mp4', null)).toBe('video/mp4');
  });

  it.each([
    ['csv', 'text/csv'],
    ['gpx', 'application/gpx+xml'],
    ['ipynb', 'application/x-ipynb+json'],
    ['pem', 'application/x-pem-file'],
    ['sql', 'application/sql'],
    ['m3u', 'application/vnd.apple.mpegurl'],
    ['step', 'model/step'],
    ['kml', 'application/vnd.google-earth.kml+xml'],
    ['xsd', 'application/xml'],
    ['eml', 'message/rfc822'],
    ['bat', 'application/x-bat'],
    ['rtf', 'text/plain'],
    ['doc', 'text/plain'],
    ['xyz', 'text/plain'],
    [null, 'text/plain'],
  ])('.%s names text %s', (extension, type) => expect(textTypeOf(extension)).toBe(type));

  it('is known when a table has it', () => {
    expect(['exe', 'dwg', 'gpx'].map(isKnownExtension)).toEqual([true, true, true]);
    expect(['dat', 'xyz', ''].map(isKnownExtension)).toEqual([false, false, false]);
  });
});
