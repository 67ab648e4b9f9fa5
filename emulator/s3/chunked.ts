import { S3Error } from './errors.ts';

const incomplete = () =>
  new S3Error(
    400,
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );

const malformed = () => new S3Error(400, 'InvalidRequest', 'The aws-chunked body is malformed');

/**
 * Decodes `Content-Encoding: aws-chunked`, signed or not; trailing headers are stored in `trailers`. Chunk
 * signatures are not verified.
 * @throws S3Error IncompleteBody, InvalidRequest
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const input = source[Symbol.asyncIterator]();
  let pending: Buffer = Buffer.alloc(0);
  const more = async () => {
    const next = await input.next();
    if (next.done) return false;
    pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value]);
    return true;
  };
  const readLine = async (): Promise<string> => {
    for (;;) {
      const end = pending.indexOf('\r\n');
      if (end >= 0) {
        const line = pending.toString('latin1', 0, end);
        pending = pending.subarray(end + 2);
        return line;
      }
      if (pending.length > 16_384) throw malformed();
      if (!(await more())) throw incomplete();
    }
  };

  for (;;) {
    const size = /^([0-9a-f]{1,12})(?:;.*)?$/i.exec(await readLine())?.[1];
    if (size === undefined) throw malformed();
    let remaining = Number.parseInt(size, 16);
    if (remaining === 0) break;
    while (remaining > 0) {
      if (pending.length === 0 && !(await more())) throw incomplete();
      const chunk = pending.subarray(0, remaining);
      pending = pending.subarray(chunk.length);
      remaining -= chunk.length;
      yield chunk;
    }
    if ((await readLine()) !== '') throw malformed();
  }
  // Some clients omit the last empty line.
  while (pending.length > 0 || (await more())) {
    const line = await readLine();
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon > 0) trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}
