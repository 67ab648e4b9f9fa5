/** A file and where it stood in the folder that was dropped or chosen: `photos/2026/a.jpg`. */
export interface FileToUpload {
  readonly path: string;
  readonly file: File;
}

/** All files of what was dropped, folders with all that is in them. */
export async function* droppedFiles(entries: readonly FileSystemEntry[]): AsyncGenerator<FileToUpload> {
  for (const entry of entries) {
    if (isFile(entry)) yield { path: pathOf(entry), file: await fileOf(entry) };
    else if (isFolder(entry)) yield* droppedFiles(await contentOf(entry));
  }
}

/** The browser forgets the items of a drop with the end of the event: to be called within it. */
export function entriesOf({ items }: Pick<DataTransfer, 'items'>): FileSystemEntry[] {
  return [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
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
