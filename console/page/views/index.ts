import { executionsView } from './executions/view.tsx';
import type { View } from './view.ts';

/** In the order of the navigation. The first is the page's start. */
export const VIEWS: readonly View[] = [executionsView];
