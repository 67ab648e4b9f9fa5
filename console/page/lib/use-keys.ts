import { useEffect } from 'preact/hooks';

/** Milliseconds in which the second key of a sequence such as `g e` counts. */
const SEQUENCE_MILLISECONDS = 1500;

/**
 * Keys of the whole page: `/`, `?`, `g e`. They do nothing while somebody writes in a field, or with Ctrl, Alt or Meta.
 * @param keys by what is pressed, in the words of KeyboardEvent.key
 */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    let before = '';
    let at = 0;
    function onKeyDown(event: KeyboardEvent): void {
      const { target } = event;
      const writes =
        target instanceof Element && target.matches('input:not([type=radio], [type=checkbox]), textarea, select');
      if (writes || event.ctrlKey || event.altKey || event.metaKey || document.querySelector('dialog[open]')) return;
      const sequence = event.timeStamp - at < SEQUENCE_MILLISECONDS ? `${before} ${event.key}` : event.key;
      const action = keys[sequence] ?? keys[event.key];
      before = event.key;
      at = event.timeStamp;
      if (action === undefined) return;
      event.preventDefault();
      action();
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
