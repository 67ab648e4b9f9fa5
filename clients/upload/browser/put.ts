import type { Ticket } from '../protocol.ts';
import { UploadFailed } from './upload-failed.ts';

/** What S3 answers when the name is taken: an earlier attempt arrived, and its answer was lost. */
const ALREADY_THERE = 412;
const FORBIDDEN = 403;

/** By XMLHttpRequest, because fetch reports no progress. @throws UploadFailed, and what the signal was aborted with */
export function put(
  file: Blob,
  { url, headers }: Ticket,
  onSent: (loaded: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener('abort', abort);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onloadend = () => {
      signal.removeEventListener('abort', abort);
      const { status } = request;
      if (signal.aborted) reject(signal.reason);
      else if ((status >= 200 && status < 300) || status === ALREADY_THERE) resolve();
      else reject(failureOf(status));
    };
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(file);
  });
}

function failureOf(status: number): UploadFailed {
  if (status === 0) {
    return new UploadFailed({
      code: 'storage-unreachable',
      // A browser does not tell the two apart.
      message: "S3 did not answer, or the bucket's CORS rules do not name this page's origin.",
      remedy: 'Check your connection and try again.',
    });
  }
  return new UploadFailed({
    code: 'storage-refused',
    message: `S3 refused the upload with ${status}.`,
    remedy:
      status === FORBIDDEN
        ? 'Upload the file again, and do not change it meanwhile.'
        : 'Upload the file again in a minute.',
  });
}
