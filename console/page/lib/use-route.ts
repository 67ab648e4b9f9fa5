import { useEffect, useState } from 'preact/hooks';
import { linkTo, parseRoute, type Route } from './route.ts';

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const onChange = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return route;
}

export function goTo(segments: readonly string[], query?: Readonly<Record<string, string | undefined>>): void {
  location.hash = linkTo(segments, query);
}

/** Changes where one is without another step for the back button: what a filter or a tab does. */
export function replaceRoute(segments: readonly string[], query?: Readonly<Record<string, string | undefined>>): void {
  const link = linkTo(segments, query);
  if (link === location.hash) return;
  history.replaceState(null, '', link);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
