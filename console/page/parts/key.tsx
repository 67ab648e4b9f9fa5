import { visiblePieces } from '../lib/visible-text.ts';

/** A text of somebody else's, such as a key: isolated from what stands around it, with what is invisible as its code. */
export function Key({ text }: { readonly text: string }) {
  return (
    <bdi class="key" title={text}>
      {visiblePieces(text).map(({ text, escaped }, at) =>
        escaped ? (
          <span key={at} class="code-point">
            {text}
          </span>
        ) : (
          text
        ),
      )}
    </bdi>
  );
}
