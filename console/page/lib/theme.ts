/** `auto` follows the system. */
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const NAME = 'airlock-theme';

export function storedTheme(): Theme {
  const stored = localStorage.getItem(NAME);
  return THEMES.find((theme) => theme === stored) ?? 'auto';
}

/** Keeps it for the next visit too. */
export function storeTheme(theme: Theme): void {
  localStorage.setItem(NAME, theme);
  applyTheme(theme);
}

/** style/tokens.css has both sets of colors; the attribute chooses. */
export function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
