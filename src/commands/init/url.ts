/** A first scenario for something that runs already, and what it shows of its runtime. */

import { isLinux } from '../../host/machine.ts';
import { shownUrl } from '../../host/page-url.ts';
import { askHttp } from '../../host/probe.ts';
import { hostMistake, hostOf, urlMistake } from '../../host/user-url.ts';
import { environmentError, messageOf, usageError } from '../../model/errors.ts';
import { findLocal } from '../../topology/observe/find-local.ts';
import type { Sighting } from '../../topology/observe/observed-target.ts';
import { probeUrl } from '../../topology/observe/probe-runtime.ts';
import type { CommandContext } from '../command.ts';
import type { Draft } from './compose.ts';
import { flow } from './scenario-text.ts';

const patienceMs = 5000;

/** Asks the address, and the process behind it; usageError for what is no URL, environmentError when nothing answers. */
export async function urlDraft(url: string, { signal }: CommandContext): Promise<Draft> {
  const mistake = urlMistake(url, 'load');
  if (mistake !== undefined)
    throw usageError(
      'flag-invalid',
      `--url ${mistake}, got "${shownUrl(url)}"`,
      'Example: --url http://127.0.0.1:8080/items',
    );
  if (!/^https?:/i.test(url))
    throw usageError(
      'flag-invalid',
      '--url must be an http or https URL',
      'A Unix socket stands under target: { socket: /run/api.sock }.',
    );
  const stranger = hostMistake(url, []);
  if (stranger !== undefined) {
    const how = `rampart run ${shownUrl(url)} --allow-host ${new URL(url).hostname} --print-scenario writes a scenario for it.`;
    throw usageError('flag-invalid', `--url ${stranger}`, how);
  }
  const status = await statusOf(url, signal);
  const found = await sightingOf(url);
  const { name = 'service', pprofUrl, metricsUrl, log, process } = found ?? {};
  const target = flow({ name, pprof: pprofUrl, metrics: metricsUrl, logs: log, pid: process?.pid });
  const isGood = status >= 200 && status < 300;
  return {
    parts: {
      topology: `  engine: external\n  targets:\n    - ${target}`,
      target: `{ url: ${JSON.stringify(url)} }`,
      request: isGood ? '{ method: GET }' : `{ method: GET, expect: { status: ${status} } }`,
      hasPprof: pprofUrl !== undefined,
      hasMetrics: metricsUrl !== undefined,
      isStarted: log !== undefined,
    },
    words: (out) => [
      `${shownUrl(url)} answers ${status}`,
      `behind it: ${process ? `the Go process ${process.name} (pid ${process.pid})` : 'no Go process of this user that rampart can see'}`,
      `pprof: ${pprofUrl ?? `none found; import _ "net/http/pprof" shows goroutines, or name its address under topology.targets in ${out}`}`,
      `metrics: ${metricsUrl ?? 'none found'}`,
      ...(isGood
        ? []
        : [
            `load.request expects ${status}, which is what it answers: change url or request in ${out} to what users do`,
          ]),
      'it is left running as it is; a pid in the scenario is only of this start of it',
      '',
    ],
  };
}

async function statusOf(url: string, signal: AbortSignal): Promise<number> {
  try {
    return (await askHttp(url, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]))).status;
  } catch (error) {
    signal.throwIfAborted();
    throw environmentError(
      'init-unanswered',
      `${shownUrl(url)} does not answer: ${messageOf(error)}`,
      'Start it, or name the address it listens on.',
    );
  }
}

/** By the process behind its port, which may show its runtime at another; else by the URL alone. */
async function sightingOf(url: string): Promise<Sighting | undefined> {
  const { hostname, port, protocol } = new URL(url);
  const number = Number(port || (protocol === 'https:' ? 443 : 80));
  const host = hostname === 'localhost' ? '127.0.0.1' : hostOf(url);
  const byPort = isLinux ? (await findLocal([{ flag: '--url', port: { host, number } }])).found[0] : undefined;
  if (byPort) return byPort;
  const { pprofUrl, metricsUrl, hasVars = false } = await probeUrl(url);
  return pprofUrl === undefined && metricsUrl === undefined
    ? undefined
    : { name: 'service', pprofUrl, metricsUrl, hasVars };
}
