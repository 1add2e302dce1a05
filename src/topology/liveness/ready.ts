/** Waits until every target answers, all at once and with one time-out, and says which one does not and why. */
import { pause } from '../../host/clock.ts';
import { shownUrl } from '../../host/page-url.ts';
import { askHttp, askPort } from '../../host/probe.ts';
import { environmentError, messageOf, type RampartError } from '../../model/errors.ts';
import { formatDurationMs } from '../../model/units.ts';

/** What one look found; `said` is for people: `503: 2 of 3 downstreams registered`. */
export type ProbeAnswer = { readonly isReady: true } | { readonly isReady: false; readonly said: string };

/** One target to wait for. */
export interface ReadyCheck {
  readonly target: string;
  /** Looks once; may reject, which counts as "not yet". */
  ask(signal: AbortSignal): Promise<ProbeAnswer>;
  /** Resolves with what happened when the target stops; never rejects. */
  readonly stopped: Promise<string>;
  lastLines(count: number): readonly string[];
}

const firstPauseMs = 25;
const longestPauseMs = 250;
const probeMs = 2000;
const shownLines = 20;

/** Resolves when all are ready; rejects with the signal's reason, or environmentError `not-ready` or `target-died`. */
export async function waitReady(checks: readonly ReadyCheck[], timeoutMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const waiting = new Map(checks.map((check) => [check.target, 'not asked yet']));
  try {
    await Promise.race([
      Promise.all(checks.map((check) => pollUntilReady(check, waiting, stop))),
      ...checks.map(failWhenStopped),
      failAfter(timeoutMs, checks, waiting, stop),
    ]);
  } finally {
    over.abort();
  }
  signal.throwIfAborted();
}

/** Asks a URL; ready at a status of 200 to 299, as 204 is what many answer that have nothing to say. */
export async function askReadyUrl(url: string, signal: AbortSignal): Promise<ProbeAnswer> {
  const { status, firstLine } = await askHttp(url, signal);
  return status >= 200 && status <= 299
    ? { isReady: true }
    : { isReady: false, said: `${shownUrl(url)} answered ${status}: ${firstLine}` };
}

/** Asks whether `host:port` takes connections. */
export async function askReadyPort(address: string, signal: AbortSignal): Promise<ProbeAnswer> {
  const { hostname, port } = new URL(`http://${address}`);
  await askPort(hostname, Number(port || 80), signal);
  return { isReady: true };
}

async function pollUntilReady(check: ReadyCheck, waiting: Map<string, string>, stop: AbortSignal): Promise<void> {
  for (let pauseMs = firstPauseMs; !stop.aborted; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const answer = await askOnce(check, stop);
    if (answer.isReady) {
      waiting.delete(check.target);
      return;
    }
    if (!stop.aborted) waiting.set(check.target, answer.said);
    await pause(pauseMs, { signal: stop });
  }
}

async function askOnce(check: ReadyCheck, stop: AbortSignal): Promise<ProbeAnswer> {
  try {
    return await check.ask(AbortSignal.any([stop, AbortSignal.timeout(probeMs)]));
  } catch (error) {
    const late = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
    return { isReady: false, said: late ? `no answer within ${formatDurationMs(probeMs)}` : messageOf(error) };
  }
}

async function failWhenStopped(check: ReadyCheck): Promise<never> {
  const what = await check.stopped;
  // What it ended of may follow behind a colon, with advice.
  throw environmentError('target-died', withLines(what.replace(/^[^:]*/, '$& before it was ready'), check));
}

async function failAfter(
  ms: number,
  checks: readonly ReadyCheck[],
  waiting: ReadonlyMap<string, string>,
  stop: AbortSignal,
): Promise<void> {
  await pause(ms, { signal: stop });
  if (stop.aborted) return;
  throw notReady(ms, checks, waiting);
}

function notReady(ms: number, checks: readonly ReadyCheck[], waiting: ReadonlyMap<string, string>): RampartError {
  const missing = checks.filter((check) => waiting.has(check.target));
  const details = missing.map((check) => withLines(`${check.target}: ${waiting.get(check.target)}`, check));
  return environmentError(
    'not-ready',
    [`${missing.length} of ${checks.length} targets not ready after ${formatDurationMs(ms)}`, ...details].join('\n'),
    'give them longer with topology.ready, name what answers 200 with rampart.ready.path, or see their own lines above',
  );
}

function withLines(message: string, check: ReadyCheck): string {
  const lines = check.lastLines(shownLines).map((line) => `    | ${line}`);
  return [message, ...(lines.length > 0 ? lines : ['    | (it printed nothing)'])].join('\n');
}
