/** A scenario of what somebody asks for on the command line, where there is no file: pure, and as a file would say it. */
import { withoutCredentials } from '../host/user-url.ts';
import type { Override } from './load-scenario.ts';

/** One step, in the words of `load.steps`. */
export type AdHocStep = Readonly<Record<string, string | number | boolean>>;

/** A process that is looked at, by its addresses. */
export interface AdHocTarget {
  readonly name: string;
  readonly pprof?: string;
  readonly metrics?: string;
}

/** What is asked; values are written as in a scenario, and absent ones are left to it. */
export interface AdHocAsk {
  readonly url: string;
  readonly steps: readonly AdHocStep[];
  /** As fast as connections allow, instead of at a rate. */
  readonly isClosed: boolean;
  readonly connections: number | undefined;
  readonly request: Readonly<Record<'method' | 'body' | 'bodyFile', string | undefined>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: string | undefined;
  readonly isHttp2: boolean;
  readonly isInsecure: boolean;
  readonly rules: readonly string[];
  readonly targets: readonly AdHocTarget[];
}

/** How it is called, and the keys that make it: each is told by the flag that gave it when it is wrong. */
export interface AdHocScenario {
  readonly file: string;
  readonly text: string;
  readonly overrides: readonly Override[];
}

/** How often goroutines are counted: their profile stops the world for a moment. */
const goroutinesEvery = '5s';
const metricsEvery = '1s';

/** The scenario; the URL is shown without what could be a user name and password. */
export function adHocScenario(ask: AdHocAsk): AdHocScenario {
  const { url, request, headers, connections, targets } = ask;
  const shown = withoutCredentials(url);
  const set = (flag: string, path: Override['path'], value: unknown): Override[] =>
    value === undefined || value === false ? [] : [{ flag, path, value }];
  const observe = {
    ...(targets.some(({ pprof }) => pprof !== undefined) ? { goroutines: goroutinesEvery } : {}),
    ...(targets.some(({ metrics }) => metrics !== undefined) ? { metrics: metricsEvery } : {}),
  };
  return {
    file: shown,
    text: `# As rampart run makes it of a URL; rampart run FILE runs it again.\nname: ${nameOf(url)}\n`,
    overrides: [
      ...set(shown, ['topology', 'engine'], 'external'),
      ...(targets.length > 0 ? set('--pprof, --metrics', ['topology', 'targets'], targets) : []),
      ...set(shown, ['target', 'url'], url),
      ...set('--insecure', ['target', 'tls', 'insecure'], ask.isInsecure),
      ...set('--connections', ['load', 'mode'], ask.isClosed && 'closed'),
      ...set('--http2', ['load', 'http'], ask.isHttp2 && 2),
      ...set('--method', ['load', 'request', 'method'], request.method),
      ...Object.entries(headers).flatMap(([name, value]) =>
        set(`--header ${name}`, ['load', 'request', 'headers', name], value),
      ),
      ...set('--body', ['load', 'request', 'body'], request.body),
      ...set('--body', ['load', 'request', 'bodyFile'], request.bodyFile),
      ...set('--connections', ['load', 'maxConnections'], connections),
      ...set('--timeout', ['load', 'timeout'], ask.timeout),
      ...set(ask.isClosed ? '--connections, --for' : '--rate, --for', ['load', 'steps'], ask.steps),
      ...(Object.keys(observe).length > 0 ? set('--pprof, --metrics', ['observe'], observe) : []),
      ...ask.rules.flatMap((rule, index) => set(`--slo ${rule}`, ['slo', index], rule)),
    ],
  };
}

/** `127.0.0.1-8080` of a URL; what can be no name is left out of it. */
function nameOf(url: string): string {
  const { host } = URL.canParse(url) ? new URL(url) : { host: '' };
  const name = host.replace(/[^a-z0-9.]+/gi, '-').replace(/^[^a-z0-9]+|[^a-z0-9]+$/gi, '');
  return name === '' ? 'ad-hoc' : name;
}
