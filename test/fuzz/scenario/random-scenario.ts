// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this makes
/** Random scenarios that are in order: requests of all forms, weights, feeders, in every mode. */
import fc from 'fast-check';

/** Values of a feeder, by row and column. */
export type Rows = readonly Readonly<Record<'id' | 'word' | 'token', string>>[];

/** One request as it stands in the scenario, but for its name. */
export interface RandomRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly basicAuth?: { readonly user: string; readonly password: string };
}

/** A host of a URL as it is written, or a Unix socket under the key or as a URL; and as HTTP names it. */
type RandomTarget =
  | { readonly host: string; readonly named: string }
  | { readonly socket: 'key' | 'unix://' | 'unix:'; readonly named: 'localhost' };

/** What a scenario is written from. */
export interface RandomScenario {
  readonly mode: 'open' | 'closed';
  readonly http: 1 | 2;
  readonly arrivals: 'uniform' | 'poisson';
  readonly seed: number;
  readonly connections: number;
  readonly weights: readonly number[];
  /** Several stand in `load.requests`, one in `load.request`. */
  readonly requests: readonly RandomRequest[];
  /** How the target is written, and what its Host is then. */
  readonly target: RandomTarget;
  /** Path and query of `target.url`. */
  readonly urlPath: string | undefined;
  /** Which requests, in turn, have a path of their own. */
  readonly hasPath: readonly boolean[];
  readonly rows: Rows;
  readonly order: 'sequential' | 'random';
}

const pathCharacter = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...'abcXYZ019-._~!$&\'()*+,;=:@/?%[]{}|^"<>`\\') },
  { weight: 2, arbitrary: fc.constantFrom('é', '東', '\u{1f600}', '%2F', '%ZZ', '\u00a0', '//', '/../') },
);
const pathText = fc.array(pathCharacter, { maxLength: 12 }).map((characters) => characters.join(''));
const place = fc.constantFrom('${f.id}', '${f.word}', '${f.token}', '$${f.id}');
/** Header values take no `word`, which need not be ASCII. */
const headerPlace = fc.constantFrom('${f.id}', '${f.token}', '$${f.id}');
const withPlaces = (text: fc.Arbitrary<string>, places = place) =>
  fc
    .array(fc.oneof({ weight: 3, arbitrary: text }, { weight: 2, arbitrary: places }), { maxLength: 4 })
    .map((all) => all.join(''));
const bodyText = fc
  .string({ unit: 'binary', maxLength: 30 })
  .filter((text) => !/[\r\u0085\u2028\u2029\ufeff\0]|\$\{/.test(text));

const header = fc.oneof(
  fc.tuple(
    fc.constantFrom('X-A', 'x-b', 'Accept', 'Cookie', 'User-Agent'),
    withPlaces(
      fc.stringMatching(/^[!-~]{0,8}$/).filter((text) => !text.includes('${')),
      headerPlace,
    ),
  ),
  fc.constantFrom(['Host', 'shop.example'], ['te', 'trailers'], ['Expect', '100-continue'], ['Content-Type', 'a/b']),
);
const http1Header = fc.constantFrom(
  ['Transfer-Encoding', 'chunked'],
  ['Connection', 'keep-alive'],
  ['Connection', 'close'],
  ['Keep-Alive', 'timeout=5'],
);

function headersFor(http: 1 | 2) {
  const any = http === 1 ? fc.oneof({ weight: 4, arbitrary: header }, { weight: 1, arbitrary: http1Header }) : header;
  return fc
    .uniqueArray(any, { maxLength: 4, selector: ([name = '']) => name.toLowerCase() })
    .map((all) => Object.fromEntries(all) as Record<string, string>);
}

function requestFor(http: 1 | 2): fc.Arbitrary<RandomRequest> {
  return fc.record(
    {
      method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
      path: withPlaces(pathText).map((text) => `/${text}`),
      headers: headersFor(http),
      body: withPlaces(bodyText),
      basicAuth: fc.record({
        user: fc.stringMatching(/^[a-z]{1,5}$/),
        password: fc.string({ maxLength: 6 }).filter((text) => !text.includes('${')),
      }),
    },
    { requiredKeys: ['method', 'path', 'headers'] },
  );
}

const plain = fc.stringMatching(/^[!-~]{1,6}$/);
const odd = fc.constantFrom('Zoë Lee', '#1', 'a/b?c', '100%', '"q"', 'a,b', 'x\ny', '東京', '\u0007');
const rows = fc.array(fc.record({ id: fc.stringMatching(/^[0-9]{1,3}$/), token: plain, word: fc.oneof(plain, odd) }), {
  minLength: 1,
  maxLength: 5,
});

const target: fc.Arbitrary<RandomTarget> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      { host: '127.0.0.1', named: '127.0.0.1' },
      { host: '127.1', named: '127.0.0.1' },
      { host: '0x7f.0.0.1', named: '127.0.0.1' },
      { host: '2130706433', named: '127.0.0.1' },
      { host: 'LocalHost', named: 'localhost' },
      { host: '[::ffff:127.0.0.1]', named: '[::ffff:7f00:1]' },
    ),
  },
  fc
    .constantFrom('key', 'unix://', 'unix:')
    .map((socket) => ({ socket: socket as 'key' | 'unix://' | 'unix:', named: 'localhost' as const })),
);

/** Random scenarios. */
export const randomScenario: fc.Arbitrary<RandomScenario> = fc
  .constantFrom(['open', 1], ['open', 2], ['closed', 1])
  .chain(([mode, http]) =>
    fc.record({
      mode: fc.constant(mode as 'open' | 'closed'),
      http: fc.constant(http as 1 | 2),
      arrivals: fc.constantFrom('uniform', 'poisson'),
      seed: fc.nat(1000),
      connections: fc.integer({ min: 1, max: 4 }),
      weights: fc.array(fc.constantFrom(0.5, 1, 3), { minLength: 4, maxLength: 4 }),
      requests: fc.array(requestFor(http as 1 | 2), { minLength: 1, maxLength: 4 }),
      target,
      urlPath: fc.option(
        fc
          .tuple(fc.constantFrom('', '/', '/a', '/a/b/', '/a//'), pathText)
          .map(([path, text]) => `${path}${/^[/?]/.test(text) || path !== '' ? text.replaceAll('\\', '') : ''}`),
        { nil: undefined, freq: 4 },
      ),
      hasPath: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      rows,
      order: fc.constantFrom('sequential', 'random'),
    }),
  );
