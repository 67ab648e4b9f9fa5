import type { Route } from '../../lib/route.ts';
import type { View } from '../view.ts';
import { ExecutionDetail } from './detail.tsx';
import { ExecutionsList } from './list.tsx';

/** Executions as they run, and each as a graph. */
export const executionsView: View = { path: 'executions', title: 'Executions', component: Executions, shortcut: 'e' };

function Executions({ route }: { readonly route: Route }) {
  const [, arn] = route.segments;
  return arn === undefined ? <ExecutionsList route={route} /> : <ExecutionDetail key={arn} arn={arn} route={route} />;
}
