/* Runs before the first paint, so that the page does not flash in the other theme. */
import { applyTheme, storedTheme } from './lib/theme.ts';

applyTheme(storedTheme());
