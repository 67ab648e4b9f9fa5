/** What each HTTP status means to whoever asked. */
const MEANINGS: Readonly<Record<number, readonly [tone: string, meaning: string]>> = {
  200: ['good', 'the object'],
  403: ['bad', 'refused'],
  404: ['quiet', 'nothing'],
  405: ['quiet', 'a delete marker'],
};

/** What the identity `reader` gets now, as S3 has answered it. */
export function Reader({ status }: { readonly status: number | undefined }) {
  if (status === undefined) return <span class="soft">…</span>;
  const [tone, meaning] = MEANINGS[status] ?? ['warn', ''];
  return (
    <span class={`reader ${tone}`} title={`A reader gets ${status}: ${meaning}`}>
      {status} <span class="reader-meaning">{meaning}</span>
    </span>
  );
}
