import { type ByteSource, memorySource } from '../../domain/containers/byte-source.ts';
import type { Budget } from './budget.ts';
import { IN_MEMORY_BYTES, type Sink } from './decoders.ts';
import { fileSource } from './file-source.ts';
import type { ScratchFile, ScratchFolder } from './scratch-folder.ts';
import { letOthersIn } from './turns.ts';

/** The source that `decode` fills: in memory while it is small. */
export async function decodedSource(
  decode: (sink: Sink) => Promise<void>,
  folder: ScratchFolder,
  budget: Budget,
): Promise<ByteSource> {
  const chunks: Buffer[] = [];
  let size = 0;
  let file: ScratchFile | undefined;
  try {
    await decode({
      async write(bytes) {
        budget.spend(bytes.length);
        size += bytes.length;
        await letOthersIn();
        chunks.push(bytes);
        if (size <= IN_MEMORY_BYTES) return;
        file ??= await folder.newFile();
        for (const chunk of chunks.splice(0)) await file.write(chunk);
      },
    });
  } finally {
    await file?.close();
  }
  if (file !== undefined) return fileSource(file.path);
  const [only, ...more] = chunks;
  return memorySource(only !== undefined && more.length === 0 ? only : Buffer.concat(chunks));
}

/** Writes a file that holds the source and nothing else. @returns its path */
export async function fileOf(source: ByteSource, folder: ScratchFolder, budget: Budget): Promise<string> {
  const file = await folder.newFile();
  try {
    for (let at = 0; at < source.size; at += IN_MEMORY_BYTES) {
      const bytes = await source.read(at, at + IN_MEMORY_BYTES);
      budget.spend(bytes.length);
      await file.write(bytes);
    }
  } finally {
    await file.close();
  }
  return file.path;
}
