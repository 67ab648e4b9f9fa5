/** A file and where it stood in the folder that was dropped or chosen: `photos/2026/a.jpg`. */
export interface FileToUpload {
  readonly path: string;
  readonly file: File;
}

/** One that was dropped, and cannot be read: it was moved meanwhile, or nobody here may. */
export interface UnreadableFile {
  readonly path: string;
  readonly why: string;
}

/** All files of what was dropped, folders with all that is in them. */
export async function* droppedFiles(
  entries: readonly (FileSystemEntry | File)[],
): AsyncGenerator<FileToUpload | UnreadableFile> {
  for (const entry of entries) {
    if (entry instanceof File) {
      yield { path: entry.name, file: entry };
      continue;
    }
    try {
      if (isFile(entry)) yield { path: pathOf(entry), file: await fileOf(entry) };
      else if (isFolder(entry)) yield* droppedFiles(await contentOf(entry));
    } catch (fault) {
      yield { path: pathOf(entry), why: (fault as Error).message };
    }
  }
}

/**
 * The browser forgets the items of a drop with the end of the event: to be called within it. What it has no entry of is a
 * file that is gone: to send it fails, and says so.
 */
export function entriesOf({ items }: Pick<DataTransfer, 'items'>): (FileSystemEntry | File)[] {
  return [...items].flatMap((item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
}

/** Of `<input type="file">`, with folders or without. */
export function chosenFiles(files: Iterable<File>): FileToUpload[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

const pathOf = ({ fullPath }: FileSystemEntry) => fullPath.replace(/^\//, '');
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** A folder hands out a hundred at a time. */
async function contentOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...some);
  }
}
