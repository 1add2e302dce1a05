/** The processes that are looked at beside a URL: named ones, or what answers at the address that is loaded. */
import { isLoopback } from '../../host/loopback.ts';
import { urlMistake, withoutCredentials } from '../../host/user-url.ts';
import type { AdHocTarget } from '../../scenario/ad-hoc.ts';
import { probe } from '../../topology/observe/probe-runtime.ts';

/** The value of `--pprof` that says that nothing is asked for. */
const off = 'off';

const flags = {
  pprof: 'http://127.0.0.1:6060/debug/pprof',
  metrics: 'http://127.0.0.1:6060/metrics',
} as const;

/** The targets that these flags name: two addresses are of one process where their names, or else their hosts and ports, are the same. */
export function observedTargets(
  pprof: readonly string[],
  metrics: readonly string[],
  mistakes: string[],
): readonly AdHocTarget[] {
  const targets = new Map<string, { name: string; pprof?: string; metrics?: string }>();
  for (const [kind, texts] of [
    ['pprof', pprof],
    ['metrics', metrics],
  ] as const) {
    for (const text of texts) {
      if (kind === 'pprof' && text === off) continue;
      const [, name, url = text] = /^([A-Za-z0-9][\w.-]*)=(\w+:\/\/.*)$/s.exec(text) ?? [];
      const mistake = urlMistake(url, 'observed');
      if (mistake !== undefined) {
        const got = JSON.stringify(withoutCredentials(text));
        mistakes.push(`--${kind} ${mistake}, got ${got} (example: --${kind} ${flags[kind]})`);
        continue;
      }
      const key = name ?? nameOf(url);
      const target = targets.get(key) ?? { name: key };
      if (target[kind] !== undefined)
        mistakes.push(`--${kind} is given twice for ${key}: name two processes, ${key}-1=URL`);
      targets.set(key, { ...target, [kind]: withPath(url, usualPaths[kind]) });
    }
  }
  if (pprof.includes(off) && pprof.length > 1) mistakes.push(`--pprof ${off} and --pprof URL exclude each other`);
  return ofOneProcess([...targets.values()], [...pprof, ...metrics]);
}

/** One address of each kind, without names, are of one process. */
function ofOneProcess(targets: readonly AdHocTarget[], texts: readonly string[]): readonly AdHocTarget[] {
  const [first, second] = targets;
  const isNamed = texts.some((text) => /^[\w.-]+=/.test(text));
  if (isNamed || targets.length !== 2 || first?.metrics !== undefined || second?.pprof !== undefined) return targets;
  return [{ ...first, ...second, name: first?.name ?? '' }];
}

/** `127.0.0.1-6060`: names of targets have no colons. */
function nameOf(url: string): string {
  return new URL(url).host.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-+|-+$/g, '');
}

const usualPaths = { pprof: '/debug/pprof', metrics: '/metrics' } as const;

/** Most people name such an address by its port alone. */
function withPath(url: string, usual: string): string {
  const { pathname, origin, search } = new URL(url);
  return pathname === '/' && search === '' ? `${origin}${usual}` : url;
}

/** What is looked at where nothing was named, and what was asked for it, in words. */
export interface FoundRuntime {
  readonly targets: readonly AdHocTarget[];
  readonly note: string;
}

/** Whether the address that is loaded may be asked for its runtime although nobody said so: on this machine, over plain HTTP. */
export function mayAsk(url: string): boolean {
  return /^http:/i.test(url) && isLoopback(new URL(url).hostname);
}

/** Asks the address that is loaded, on this machine, once for pprof and once for metrics. */
export async function findRuntime(url: string): Promise<FoundRuntime> {
  const { origin, host } = new URL(url);
  const [pprof, metrics] = [`${origin}/debug/pprof`, `${origin}/metrics`];
  const { pprofUrl, metricsUrl } = await probe([pprof], [metrics]);
  const found = [...(pprofUrl === undefined ? [] : ['pprof']), ...(metricsUrl === undefined ? [] : ['metrics'])];
  if (found.length === 0)
    return {
      targets: [],
      note: `no pprof and no metrics at ${host} (asked once for /debug/pprof and /metrics): only the load is seen; --pprof URL names another address`,
    };
  const target = {
    name: nameOf(url),
    ...(pprofUrl === undefined ? {} : { pprof: pprofUrl }),
    ...(metricsUrl === undefined ? {} : { metrics: metricsUrl }),
  };
  return {
    targets: [target],
    note: `found ${found.join(' and ')} at ${host} (asked once for /debug/pprof and /metrics; --pprof off asks for nothing)`,
  };
}
