import { open } from 'node:fs/promises';

/**
 * The fields of the 512-byte header of an official set: `ClamAV-VDB:<date>:<version>:<signatures>:<functionality
 * level>:<MD5>:<signature>:<builder>:<seconds since 1970>`.
 */
export async function headerOf(path: string): Promise<string[]> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.toString('latin1', 0, bytesRead).split(':');
  } finally {
    await file.close();
  }
}
