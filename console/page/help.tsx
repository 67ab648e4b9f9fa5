import { useEffect, useRef } from 'preact/hooks';
import { VIEWS } from './views/index.ts';

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['/', 'to the filter'],
  ['Esc', 'empties the filter, closes this'],
  ['↑ ↓', 'row by row, or state by state'],
  ['Page Up, Page Down', 'page by page'],
  ['Home, End', 'to the first, to the last'],
  ['Enter', 'opens the row'],
  ['?', 'this help'],
  ...VIEWS.map(({ shortcut, title }) => [`g ${shortcut}`, title] as const),
];

/** What the keyboard does. */
export function Help({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keyboard</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit" class="button">
          Close
        </button>
        <a href="/licenses.txt">Licenses</a>
      </form>
    </dialog>
  );
}
