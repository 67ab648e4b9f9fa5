import { createHash } from 'node:crypto';
import type { RailsApplication } from './application.ts';

/** Where users see the application: behind something that ends TLS. */
export const PAGE_ORIGIN = 'https://app.example.com';

export interface File {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

export interface Uploaded {
  /** Of its page. */
  readonly path: string;
  /** Of the object in the bucket. */
  readonly key: string;
}

interface Blob {
  readonly key: string;
  readonly signed_id: string;
  readonly direct_upload: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
}

/**
 * What a browser does with the form, and its activestorage.js: it announces the file, asks S3 whether it may upload,
 * uploads, and sends the form.
 */
export async function uploadDirectly(app: RailsApplication, file: File): Promise<Uploaded> {
  const form = await fetch(`${app.origin}/documents/new`);
  const html = await form.text();
  const [, csrf = ''] = /<meta name="csrf-token" content="([^"]+)"/.exec(html) ?? [];
  const [, announceTo = ''] = /data-direct-upload-url="([^"]+)"/.exec(html) ?? [];
  const cookie = form.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const headers = { cookie, 'x-csrf-token': csrf };

  const announced = await fetch(app.origin + new URL(announceTo).pathname, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      blob: {
        filename: file.name,
        content_type: file.type,
        byte_size: file.content.length,
        checksum: createHash('md5').update(file.content).digest('base64'),
      },
    }),
  });
  if (!announced.ok) throw new Error(`the file was not announced: ${announced.status}\n${app.log}`);
  const { key, signed_id, direct_upload } = (await announced.json()) as Blob;

  const mayUpload = await fetch(direct_upload.url, {
    method: 'OPTIONS',
    headers: {
      origin: PAGE_ORIGIN,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': Object.keys(direct_upload.headers)
        .map((name) => name.toLowerCase())
        .sort()
        .join(),
    },
  });
  if (mayUpload.headers.get('access-control-allow-origin') !== PAGE_ORIGIN) throw new Error('S3 does not let the page');
  const put = await fetch(direct_upload.url, {
    method: 'PUT',
    headers: { ...direct_upload.headers, origin: PAGE_ORIGIN },
    body: Uint8Array.from(file.content),
  });
  if (!put.ok) throw new Error(`S3 refused the upload: ${put.status} ${await put.text()}`);

  const sent = await fetch(`${app.origin}/documents`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ authenticity_token: csrf, 'document[title]': file.name, 'document[file]': signed_id }),
    redirect: 'manual',
  });
  if (sent.status !== 302) throw new Error(`the form was refused: ${sent.status}\n${app.log}`);
  return { path: new URL(sent.headers.get('location') ?? '').pathname, key };
}
