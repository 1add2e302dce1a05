// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this is about
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestsOf, rootOf } from '../../../src/traffic/requests/from-tree.ts';
import { isPrivateName, redacted } from '../../../src/traffic/requests/redact.ts';
import { RequestTree } from '../../../src/traffic/requests/request-tree.ts';
import { isValue } from '../../../src/traffic/requests/segments.ts';

function kindsOf(
  targets: readonly string[],
  { status = 200, host = () => '' }: { status?: number; host?: (nth: number) => string } = {},
) {
  const tree = new RequestTree();
  const ids = targets.map((target, nth) => tree.add(rootOf('GET', host(nth)), target, status, nth));
  const kinds = requestsOf(tree, (nth) => nth);
  return { kinds, ids: ids.map((id) => tree.kindOf(id)) };
}

const pathsOf = (targets: readonly string[]) => kindsOf(targets).kinds.map(({ request }) => request.path);
const times = (count: number, make: (nth: number) => string) => Array.from({ length: count }, (_, nth) => make(nth));

/** What a request sends for each of its rows. */
function sent({ kinds }: ReturnType<typeof kindsOf>): string[] {
  return kinds.flatMap(({ request: { path, feeder }, count }) => {
    const rows = feeder?.rows ?? Array<string[]>(count).fill([]);
    return rows.map((row) =>
      path.replace(/\$\$\{|\$\{[\w-]+\.([\w-]+)\}/g, (whole, column?: string) =>
        column === undefined ? '${' : (row[feeder?.columns.indexOf(column) ?? -1] ?? whole),
      ),
    );
  });
}

describe('requests', () => {
  it.each([
    ['numbers', ['/users/1', '/users/22', '/users/333']],
    ['UUIDs', ['/users/f81d4fae-7dec-11d0-a765-00a0c91e6bf6', '/users/f81d4fae-7dec-11d0-a765-00a0c91e6bf7']],
    ['hashes', ['/users/507f1f77bcf86cd799439011', '/users/507f1f77bcf86cd799439012']],
    ['numbered words', ['/users/order-123456', '/users/order-123457']],
    [
      'words that are many',
      times(60, (nth) => `/users/${String.fromCharCode(97 + (nth % 26))}-name-${'x'.repeat(nth)}`),
    ],
  ])('that differ in %s are one, with the values as its data', (_, targets) => {
    const { kinds } = kindsOf(targets);
    expect(kinds).toHaveLength(1);
    expect(kinds[0]?.request.path).toMatch(/^\/users\/\$\{users\.(?:id|name)\}$/);
    expect(kinds[0]?.request.feeder?.rows.map(([value]) => `/users/${value}`)).toEqual(targets);
  });

  it('of a few words stay apart', () => {
    expect(pathsOf(['/users', '/orders', '/orders', '/api/v1/items', '/'])).toEqual([
      '/orders',
      '/users',
      '/api/v1/items',
      '/',
    ]);
  });

  it('with the same value every time have it in their path', () => {
    expect(pathsOf(['/users/7', '/users/7'])).toEqual(['/users/7']);
  });

  it('keep their queries, each with its own', () => {
    const { kinds } = kindsOf(['/find?q=a', '/find?q=b&page=2', '/find']);
    expect(kinds[0]?.request).toMatchObject({ name: 'GET /find', path: '/find${find.query}', weight: 3 });
    expect(kinds[0]?.request.feeder?.rows).toEqual([['?q=a'], ['?q=b&page=2'], ['']]);
  });

  it('of several hosts say to which they go, and of one do not', () => {
    expect(
      kindsOf(['/a', '/a'], { host: (nth) => `h${nth}.example` }).kinds.map(({ request }) => request.headers),
    ).toEqual([{ Host: 'h0.example' }, { Host: 'h1.example' }]);
    expect(kindsOf(['/a'], { host: () => 'h.example' }).kinds[0]?.request.headers).toBeUndefined();
  });

  it.each([
    [404, [404]],
    [200, undefined],
    [304, undefined],
    [500, undefined],
    [429, undefined],
  ])('that answered %d are to answer so again, where it was of their own doing', (status, statuses) => {
    expect(kindsOf(['/a'], { status }).kinds[0]?.request.statuses).toEqual(statuses);
  });

  it('send again exactly what was asked, whatever that was', () => {
    const part = fc.oneof(
      fc.constantFrom('users', 'v1', 'a.b', '${x.y}', '', '~', '%20'),
      fc.integer({ min: 0, max: 1e7 }).map(String),
      fc.uuid(),
      fc.stringMatching(/^[a-z]{1,3}$/),
    );
    const target = fc
      .tuple(fc.array(part, { minLength: 1, maxLength: 30 }), fc.option(fc.stringMatching(/^[a-z=&${}.]{0,6}$/)))
      .map(([parts, query]) => `/${parts.join('/')}${query === null ? '' : `?${query}`}`);
    fc.assert(
      fc.property(fc.array(target, { minLength: 1, maxLength: 200 }), (targets) => {
        const made = kindsOf(targets);
        expect(sent(made).sort()).toEqual([...targets].sort());
        const known = new Set(made.kinds.map(({ id }) => id));
        expect(made.ids.filter((id) => !known.has(id))).toEqual([]);
        const names = made.kinds.map(({ request }) => request.name);
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 200 },
    );
  });

  it('stay few where every path is another', () => {
    const tree = new RequestTree();
    for (let nth = 0; nth < 20_000; nth++)
      tree.add(
        'GET ',
        `/${'abcdefgh'[nth % 8]}/${(nth * 7919).toString(36).replace(/\d/g, 'z')}/${(nth * 31).toString(36).replace(/\d/g, 'q')}`,
        200,
        nth,
      );
    expect(requestsOf(tree, (nth) => nth).length).toBeLessThan(100);
  });
});

describe('what is out of sight', () => {
  it.each([
    ['/login?user=1&password=x&token=abc&lang=en', '/login?user=1&password=redacted&token=redacted&lang=en'],
    ['/s3/a?X-Amz-Signature=1f&X-Amz-Date=2', '/s3/a?X-Amz-Signature=redacted&X-Amz-Date=2'],
    [
      '/a?apiKey=1&api_key=2&key=3&keyword=4&monkey=5',
      '/a?apiKey=redacted&api_key=redacted&key=redacted&keyword=4&monkey=5',
    ],
    ['/a?user%5Bemail%5D=a%40b.example&q=x', '/a?user%5Bemail%5D=redacted&q=x'],
    ['/mail/anna@example.org/read', '/mail/redacted/read'],
    ['/a?q=eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abc', '/a?q=redacted'],
    ['/a?to=anna.b%40mail.example.org', '/a?to=redacted'],
    ['/a?token=', '/a?token='],
    ['/plain/a?b=c', '/plain/a?b=c'],
  ])('of %s', (target, wanted) => {
    const told: string[] = [];
    expect(redacted(target, (what) => told.push(what)).replace('redacted.abc', 'redacted')).toBe(wanted);
    expect(told.length > 0).toBe(target !== wanted);
  });

  it('goes by the words of a name', () => {
    const secrets = ['access_token', 'sessionId', 'PHPSESSID', 'sig', 'auth', 'X-Api-Key', 'userEmail'];
    expect(secrets.filter((name) => !isPrivateName(name))).toEqual([]);
    expect(['page', 'keyword', 'design', 'author', 'sort', 'user', 'country_code'].filter(isPrivateName)).toEqual([]);
  });
});

it('tells values from words', () => {
  expect(['1', '2026-11-28', '12.json', 'a1b2c3d4e5', 'user:7', 'a@b.c'].every(isValue)).toBe(true);
  expect(['users', 'v1', 'oauth2', 'index.html', 'app.js', 'a-very-long-title-of-words', ''].some(isValue)).toBe(false);
});
