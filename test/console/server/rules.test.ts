import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Asked, OWN_HEADER, refusalOf } from '../../../console/server/rules.ts';

const PORT = 4584;
const OWN = `127.0.0.1:${PORT}`;
const page: Asked = { method: 'GET', target: '/', headers: { 'sec-fetch-site': 'none' }, hosts: [OWN] };
const call: Asked = {
  method: 'POST',
  target: '/services/states/ListExecutions',
  headers: { origin: `http://${OWN}`, 'sec-fetch-site': 'same-origin', [OWN_HEADER]: '1' },
  hosts: [OWN],
};
const statusOf = (asked: Asked) => refusalOf(asked, PORT)?.status;
const withHeaders = (asked: Asked, headers: Asked['headers']): Asked => ({
  ...asked,
  headers: { ...asked.headers, ...headers },
});

describe('answers', () => {
  it.each([
    ['the page by its address', page],
    ['the page by its name', { ...page, hosts: [`localhost:${PORT}`] }],
    [
      'a link that somebody follows',
      withHeaders(page, {
        ...{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      }),
    ],
    ['a tool that sends no such headers', { ...page, headers: {} }],
    ['a call of the page', call],
    ['an upload of the page', { ...call, method: 'PUT', target: '/services/s3/PutObject?input={}' }],
    [
      'the page that was opened by name',
      {
        ...call,
        hosts: [`localhost:${PORT}`],
        headers: { ...call.headers, origin: `http://localhost:${PORT}` },
      },
    ],
  ])('%s', (_, asked) => expect(statusOf(asked)).toBe(undefined));
});

describe('refuses', () => {
  it.each<[string, Asked, number]>([
    ['a name that was pointed here (DNS rebinding)', { ...page, hosts: [`evil.example:${PORT}`] }, 421],
    ['its own name with a dot', { ...page, hosts: [`localhost.:${PORT}`] }, 421],
    ['another port', { ...page, hosts: ['127.0.0.1:80'] }, 421],
    ['no port', { ...page, hosts: ['127.0.0.1'] }, 421],
    ['another name of the loopback', { ...page, hosts: [`127.0.0.2:${PORT}`] }, 421],
    ['a name that begins with its own', { ...page, hosts: [`${OWN}.evil.example`] }, 421],
    ['no Host', { ...page, hosts: [] }, 421],
    ['two Hosts', { ...page, hosts: [OWN, 'evil.example'] }, 421],
    ['a target with a host of its own', { ...page, target: `http://evil.example/` }, 400],
    ['a target that a browser takes for a host', { ...page, target: '//evil.example/' }, 400],
    ['another method', { ...page, method: 'POST' }, 405],
    ['a call by GET, as an image would do it', { ...call, method: 'GET' }, 405],
    ['a call by another spelling of its path', { ...page, target: '/./services/s3/DeleteObject' }, 405],
    ['the same over another folder', { ...page, target: '/x/../services/s3/DeleteObject' }, 405],
    ['a preflight', { ...call, method: 'OPTIONS' }, 405],
    [
      'another site’s script, style or image',
      withHeaders(page, {
        ...{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
      }),
      403,
    ],
    [
      'another site’s frame',
      withHeaders(page, {
        ...{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      }),
      403,
    ],
    [
      'another port of this machine',
      withHeaders(call, { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:80' }),
      403,
    ],
    ['another origin', withHeaders(call, { origin: 'http://evil.example' }), 403],
    ['an origin that is none', withHeaders(call, { origin: 'null' }), 403],
    ['https under its own name', withHeaders(call, { origin: `https://${OWN}` }), 403],
    ['a call without Origin', { ...call, headers: { 'sec-fetch-site': 'same-origin', [OWN_HEADER]: '1' } }, 403],
    ['a call whose site is not told', { ...call, headers: { origin: `http://${OWN}`, [OWN_HEADER]: '1' } }, 403],
    [
      'a call of a simple form',
      { ...call, headers: { origin: `http://${OWN}`, 'sec-fetch-site': 'same-origin' } },
      403,
    ],
  ])('%s', (_, asked, status) => expect(statusOf(asked)).toBe(status));
});

it('calls a service for nobody but its own page, whatever else a request says', () => {
  const some = <T>(...values: T[]) => fc.constantFrom<T | undefined>(undefined, ...values);
  const arbitrary = fc.record({
    host: fc.constantFrom(OWN, `localhost:${PORT}`, 'evil.example', `evil.example:${PORT}`, '127.0.0.1'),
    method: fc.constantFrom('POST', 'PUT', 'GET', 'HEAD', 'OPTIONS', 'DELETE'),
    origin: some(`http://${OWN}`, `http://localhost:${PORT}`, 'http://evil.example', 'null', `https://${OWN}`),
    site: some('same-origin', 'same-site', 'cross-site', 'none'),
    mode: some('navigate', 'cors', 'no-cors'),
    dest: some('document', 'iframe', 'empty', 'image'),
    own: some('1'),
  });
  fc.assert(
    fc.property(arbitrary, ({ host, method, origin, site, mode, dest, own }) => {
      const headers: Record<string, string | undefined> = {
        ...{ origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest, [OWN_HEADER]: own },
      };
      const refused = statusOf({ method, target: call.target, headers, hosts: [host] }) !== undefined;
      const ours =
        [OWN, `localhost:${PORT}`].includes(host) &&
        ['POST', 'PUT'].includes(method) &&
        [`http://${OWN}`, `http://localhost:${PORT}`].includes(origin ?? '') &&
        site === 'same-origin' &&
        own !== undefined;
      expect(refused).toBe(!ours);
    }),
    { numRuns: 2000 },
  );
});
