/** Whether what answers on a port of a process is that process, or one behind it: engines and port forwarders are Go programs, too. */
import { parseExposition } from '../../goruntime/metrics/exposition.ts';
import { createHttpGetter } from '../../host/http.ts';
import { processStartS } from '../../host/owner.ts';
import { pageUnder } from '../../host/page-url.ts';
import { argumentsOf } from '../../host/processes.ts';
import type { RuntimeEndpoints } from './probe-runtime.ts';

const patienceMs = 2000;
const mostBytes = 32 * 1024 * 1024;
/** Both sides compute the start from the same two numbers, so they differ by rounding only. */
const roundingS = 1.5;

/** The arguments that an endpoint gives for its process, `/debug/pprof/cmdline`; undefined when it does not say. */
export async function argumentsBehind(pprofUrl: string): Promise<readonly string[] | undefined> {
  const text = await get(pageUnder(pprofUrl, 'cmdline'));
  return text === undefined || text === '' ? undefined : text.split('\0');
}

/** True when the endpoints say that they are of another process than `pid`; false when they are of it, or do not say. */
export async function isForwarded({ pprofUrl, metricsUrl }: RuntimeEndpoints, pid: number): Promise<boolean> {
  const said = pprofUrl === undefined ? undefined : await argumentsBehind(pprofUrl);
  const own = argumentsOf(pid);
  if (said !== undefined && own !== undefined) return `${said.join('\0')}\0` !== own;
  const started = metricsUrl === undefined ? [] : startsBehind((await get(metricsUrl)) ?? '');
  const ownStartS = processStartS(pid);
  // A page may tell of several processes; it is not forwarded when this one is among them.
  return (
    ownStartS !== undefined && started.length > 0 && started.every((startS) => Math.abs(startS - ownStartS) > roundingS)
  );
}

function startsBehind(text: string): number[] {
  return parseExposition(text).samples.flatMap(({ name, value }) =>
    name === 'process_start_time_seconds' ? [value] : [],
  );
}

async function get(url: string): Promise<string | undefined> {
  const getter = createHttpGetter();
  try {
    const { body } = await getter.get(url, { maxBytes: mostBytes, signal: AbortSignal.timeout(patienceMs) });
    return body.toString('utf8');
  } catch {
    return undefined;
  } finally {
    getter.close();
  }
}
