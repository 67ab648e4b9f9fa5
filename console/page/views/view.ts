import type { ComponentType } from 'preact';
import type { Route } from '../lib/route.ts';

/** A page of the navigation. */
export interface View {
  /** First segment of its route: `executions` for `#/executions`. */
  readonly path: string;
  /** In the navigation. */
  readonly title: string;
  /** Gets the whole route: what follows the first segment is the view's own. */
  readonly component: ComponentType<{ readonly route: Route }>;
  /** A letter that leads there from anywhere: `g`, then it. */
  readonly shortcut: string;
}
