import { alarmsView } from './alarms/view.tsx';
import { bucketsView } from './buckets/view.tsx';
import { executionsView } from './executions/view.tsx';
import { notificationsView } from './notifications/view.tsx';
import { overviewView } from './overview/view.tsx';
import { quarantineView } from './quarantine/view.tsx';
import { rescansView } from './rescans/view.tsx';
import type { View } from './view.ts';
import { waitingView } from './waiting/view.tsx';

/** In the order of the navigation. The first is the page's start. */
export const VIEWS: readonly View[] = [
  overviewView,
  executionsView,
  bucketsView,
  waitingView,
  rescansView,
  notificationsView,
  alarmsView,
  quarantineView,
];
