import { useRef, useState } from 'preact/hooks';
import {
  chosenFiles,
  droppedFiles,
  entriesOf,
  type FileToUpload,
  type UnreadableFile,
} from '../../lib/dropped-files.ts';
import { bytes, count } from '../../lib/format.ts';
import { cancelUploads, forgetUploads, upload, uploads } from '../../lib/uploads.ts';
import { Key } from '../../parts/key.tsx';

/** Every browser knows it; the types do not. */
const FOLDER = { webkitdirectory: true };

/** For those who do not drop: chooses files, or a folder. */
export function UploadButtons({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const chosen = (input: HTMLInputElement) => {
    upload(bucket, prefix, chosenFiles(input.files ?? []));
    // The same file can be chosen again.
    input.value = '';
  };
  const hidden = { type: 'file', multiple: true, hidden: true } as const;
  return (
    <>
      <input {...hidden} ref={files} data-upload="files" onChange={(event) => chosen(event.currentTarget)} />
      <input
        {...hidden}
        ref={folder}
        data-upload="folder"
        {...FOLDER}
        onChange={(event) => chosen(event.currentTarget)}
      />
      <button type="button" class="button primary" onClick={() => files.current?.click()}>
        Upload files
      </button>
      <button type="button" class="button" onClick={() => folder.current?.click()}>
        Upload a folder
      </button>
    </>
  );
}

/** Takes files and folders that are dropped on an element. */
export function useDrop(bucket: string, prefix: string) {
  const [depth, setDepth] = useState(0);
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
  return {
    over: depth > 0,
    handlers: {
      onDragEnter: (event: DragEvent) => carriesFiles(event) && setDepth((now) => now + 1),
      onDragLeave: (event: DragEvent) => carriesFiles(event) && setDepth((now) => Math.max(0, now - 1)),
      onDragOver(event: DragEvent) {
        if (carriesFiles(event)) event.preventDefault();
      },
      async onDrop(event: DragEvent) {
        if (!carriesFiles(event) || event.dataTransfer === null) return;
        event.preventDefault();
        setDepth(0);
        const found: (FileToUpload | UnreadableFile)[] = [];
        for await (const file of droppedFiles(entriesOf(event.dataTransfer))) found.push(file);
        upload(bucket, prefix, found);
      },
    },
  };
}

export function UploadProgress() {
  const now = uploads.use();
  if (now === undefined) return null;
  const { files, done, bytes: all, sent, failed, failures, running } = now;
  return (
    <div class="upload-progress">
      <progress max={Math.max(all, 1)} value={all === 0 && !running ? 1 : sent} aria-label="Upload" />
      <span>
        {count(done)} of {count(files)} {files === 1 ? 'file' : 'files'}, {bytes(sent)} of {bytes(all)}
        {failed > 0 && `, ${count(failed)} failed`}
      </span>
      <button type="button" class="quiet-button" onClick={running ? cancelUploads : forgetUploads}>
        {running ? 'Cancel' : 'Dismiss'}
      </button>
      {failures.length > 0 && (
        <ul>
          {failures.map(({ key, why }, at) => (
            <li key={at}>
              <Key text={key} />: {why}
            </li>
          ))}
          {failed > failures.length && <li>and {count(failed - failures.length)} more</li>}
        </ul>
      )}
    </div>
  );
}
