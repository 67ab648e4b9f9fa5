import { useEffect, useRef, useState } from 'preact/hooks';
import { Help } from './help.tsx';
import { announcement } from './lib/announce.ts';
import { connection, generation } from './lib/connection.ts';
import { useMachines } from './lib/machines.ts';
import { linkTo } from './lib/route.ts';
import { storedTheme, storeTheme, THEMES, type Theme } from './lib/theme.ts';
import { useKeys } from './lib/use-keys.ts';
import { goTo, useRoute } from './lib/use-route.ts';
import { VIEWS } from './views/index.ts';

/** What stands around every view: navigation, connection, theme, and where a screen reader is told of changes. */
export function Shell() {
  const route = useRoute();
  const view = VIEWS.find(({ path }) => path === route.segments[0]) ?? VIEWS[0];
  useMachines();
  const known = generation.use();
  const main = useRef<HTMLElement>(null);
  const [help, setHelp] = useState(false);
  useKeys({
    '/': () => document.querySelector<HTMLElement>('[data-filter]')?.focus(),
    '?': () => setHelp(true),
    ...Object.fromEntries(VIEWS.map(({ shortcut, path }) => [`g ${shortcut}`, () => goTo([path])])),
  });
  useEffect(() => {
    document.title = `${view?.title} · s3-airlock`;
  }, [view]);
  if (view === undefined) return null;
  const { component: Component } = view;
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="side">
        <p class="brand">
          <img src="/icon.svg" alt="" width="24" height="24" />
          s3-airlock
        </p>
        <nav aria-label="Views">
          <ul>
            {VIEWS.map(({ path, title }) => (
              <li key={path}>
                <a href={linkTo([path])} {...(path === view.path && { 'aria-current': 'page' as const })}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="side-foot">
          <ConnectionMark />
          <ThemeSwitch />
          <button type="button" class="quiet-button" onClick={() => setHelp(true)}>
            Keyboard <kbd>?</kbd>
          </button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Disconnection />
        <Component key={known} route={route} />
      </main>
      <Help open={help} onClose={() => setHelp(false)} />
      <p class="unseen" role="status">
        {announcement.use()}
      </p>
    </div>
  );
}

function ConnectionMark() {
  const now = connection.use();
  return (
    <p class={`connection ${now}`} role="status">
      {now}
    </p>
  );
}

/** Stays until the pipeline answers again: what is shown below is as old as that. */
function Disconnection() {
  if (connection.use() !== 'disconnected') return null;
  return (
    <p class="fault" role="alert">
      <strong>Disconnected.</strong> The pipeline does not answer. Start it with <code>npm run local</code>; this page
      goes on by itself.
    </p>
  );
}

function ThemeSwitch() {
  const [now, setNow] = useState(storedTheme);
  const choose = (theme: Theme) => {
    storeTheme(theme);
    setNow(theme);
  };
  return (
    <fieldset class="theme">
      <legend class="unseen">Theme</legend>
      {THEMES.map((each) => (
        <label key={each}>
          <input type="radio" name="theme" value={each} checked={each === now} onChange={() => choose(each)} />
          <span>{each}</span>
        </label>
      ))}
    </fieldset>
  );
}
