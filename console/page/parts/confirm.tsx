import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

export interface ConfirmProps {
  readonly title: string;
  /** On the button that does it. */
  readonly action: string;
  /** Whether what is done cannot be undone. */
  readonly final?: boolean;
  /** Until it has ended, it is not done again. */
  readonly onConfirm: () => void | Promise<void>;
  readonly onCancel: () => void;
  readonly children?: ComponentChildren;
}

/**
 * Asks before something is done. The browser keeps the focus inside, and Escape cancels; what cannot be undone is not
 * what Enter does at first.
 */
export function Confirm({ title, action, final = false, onConfirm, onCancel, children }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const doing = useRef(false);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="confirm" ref={dialog} aria-labelledby={id} onClose={onCancel}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (doing.current) return;
          doing.current = true;
          try {
            await onConfirm();
          } finally {
            doing.current = false;
          }
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        <div class="actions">
          <button type="button" class="button" autofocus={final} onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={`button ${final ? 'dangerous' : 'primary'}`}>
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
