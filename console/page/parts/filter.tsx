/** A field that narrows what a view shows. `/` leads to it, Escape empties it. */
export function Filter({
  label,
  value,
  onInput,
}: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}) {
  return (
    <label class="filter">
      <span class="unseen">{label}</span>
      <input
        type="search"
        data-filter
        value={value}
        placeholder={label}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onInput('');
        }}
      />
      <span class="keyboard" aria-hidden="true">
        /
      </span>
    </label>
  );
}
