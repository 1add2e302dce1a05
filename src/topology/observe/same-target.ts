/** Targets that are one process under several names: sums over targets would count it once for each. */
import type { Target } from '../../model/topology.ts';

/** One warning for each process or address that several targets share. */
export function sameTargets(targets: readonly Target[]): string[] {
  const shared = new Map<string, string[]>();
  for (const { id, pid, pod, pprofUrl, metricsUrl } of targets) {
    // Through the API server all pods have one address.
    const isProxied = (url: string) => pod !== undefined && url.includes(`/${pod.namespace}/${pod.name}/`);
    const urls = [pprofUrl, metricsUrl].filter((url) => url !== undefined && !isProxied(url)) as string[];
    const what = pid === undefined ? urls.map(originOf) : [`process ${pid}`];
    for (const one of new Set(what)) shared.set(one, [...(shared.get(one) ?? []), id]);
  }
  return [...shared]
    .filter(([, ids]) => ids.length > 1)
    .map(
      ([what, ids]) =>
        `${ids.join(' and ')} are the same, ${what}: what is added up over targets counts it ${ids.length} times; name it once`,
    );
}

function originOf(url: string): string {
  return new URL(url).host;
}
