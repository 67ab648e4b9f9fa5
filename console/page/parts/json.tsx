import { useMemo, useState } from 'preact/hooks';
import { announce } from '../lib/announce.ts';
import { bytes } from '../lib/format.ts';
import { prettyJson, tokensOf } from '../lib/json-text.ts';

/** Characters that are shown at first: a state's data may have 256 KiB. */
const SHOWN_AT_FIRST = 6000;

/** JSON to be read, selected and copied. */
export function Json({ label, text }: { readonly label: string; readonly text: string }) {
  const [all, setAll] = useState(false);
  const pretty = useMemo(() => prettyJson(text), [text]);
  const cut = !all && pretty.length > SHOWN_AT_FIRST;
  const tokens = useMemo(() => tokensOf(cut ? pretty.slice(0, SHOWN_AT_FIRST) : pretty), [pretty, cut]);
  return (
    <figure class="json">
      <figcaption>
        {label}
        <button
          type="button"
          class="quiet-button"
          onClick={() =>
            navigator.clipboard.writeText(pretty).then(
              () => announce(`${label} copied`),
              () => announce(`${label} could not be copied`),
            )
          }
        >
          Copy
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that the keyboard must reach it */}
      <section tabIndex={0} aria-label={label}>
        {tokens.map(({ text, kind }, at) =>
          kind === 'plain' ? (
            text
          ) : (
            <span key={at} class={`json-${kind}`}>
              {text}
            </span>
          ),
        )}
        {cut && '…'}
      </section>
      {cut && (
        <button type="button" class="quiet-button" onClick={() => setAll(true)}>
          Show all of it ({bytes(pretty.length)})
        </button>
      )}
    </figure>
  );
}
