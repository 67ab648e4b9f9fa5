import type { IncomingHttpHeaders } from 'node:http';

/** What the rules look at. */
export interface Asked {
  readonly method: string;
  /** Request target: `/app.js`. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Every `Host` line of the request: Node itself keeps the first. */
  readonly hosts: readonly string[];
}

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** A simple request of a foreign page cannot carry it, and this server answers no preflight. */
export const OWN_HEADER = 'x-airlock-console';

interface Rule {
  readonly refuses: (asked: Asked, authorities: readonly string[]) => boolean;
  readonly refusal: Refusal;
}

/** By the path that the server goes by: `/./services/` is one too. */
const isCall = ({ target }: Asked) => pathOf(target).startsWith('/services/');
/** Somebody follows a link, or types the address: shows the page, and hands nothing to whoever made the link. */
const isNavigation = ({ headers }: Asked) =>
  headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';

/** The first that refuses decides. `authorities` are the names of this server: `127.0.0.1:4585`. */
const RULES: readonly Rule[] = [
  {
    // A name that an attacker points to 127.0.0.1 (DNS rebinding) stands in Host.
    refuses: ({ hosts }, authorities) => hosts.length !== 1 || !authorities.includes(hosts[0] ?? ''),
    refusal: { status: 421, message: 'this server is asked by its own address only' },
  },
  {
    // An absolute target names a host of its own.
    refuses: ({ target }) => !target.startsWith('/') || target.startsWith('//'),
    refusal: { status: 400, message: 'the request target is a path' },
  },
  {
    refuses: (asked) => !(isCall(asked) ? ['POST', 'PUT'] : ['GET', 'HEAD']).includes(asked.method),
    refusal: { status: 405, message: 'the page is read by GET, services are called by POST or PUT' },
  },
  {
    refuses: ({ headers: { origin } }, authorities) => origin !== undefined && !isOrigin(origin, authorities),
    refusal: { status: 403, message: 'requests of other origins are refused' },
  },
  {
    // Browsers send it with every request and let no page set it; `none` is somebody at the keyboard.
    refuses: (asked) => !['same-origin', 'none', undefined].includes(siteOf(asked)) && !isNavigation(asked),
    refusal: { status: 403, message: 'requests of other sites are refused' },
  },
  {
    refuses: (asked, authorities) =>
      isCall(asked) && (!isOrigin(asked.headers.origin, authorities) || siteOf(asked) !== 'same-origin'),
    refusal: { status: 403, message: 'services are called by this server’s page, whose browser says so' },
  },
  {
    refuses: (asked) => isCall(asked) && asked.headers[OWN_HEADER] === undefined,
    refusal: { status: 403, message: `services are called with the header ${OWN_HEADER}` },
  },
];

/** Why a request is not answered; undefined when it is. */
export function refusalOf(asked: Asked, port: number): Refusal | undefined {
  const authorities = [`127.0.0.1:${port}`, `localhost:${port}`];
  return RULES.find(({ refuses }) => refuses(asked, authorities))?.refusal;
}

const isOrigin = (origin: string | undefined, authorities: readonly string[]) =>
  authorities.some((authority) => origin === `http://${authority}`);

const siteOf = ({ headers }: Asked) => headers['sec-fetch-site'] as string | undefined;

export const pathOf = (target: string): string => new URL(target, 'http://console').pathname;
