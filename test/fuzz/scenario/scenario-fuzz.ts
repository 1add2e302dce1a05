/** Runs random scenarios against a server that writes down what it sees, and holds that against what the scenario says. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { hrUs, wallMs } from '../../../src/host/clock.ts';
import { watchThread } from '../../../src/host/thread-usage.ts';
import { runClosedLoad } from '../../../src/load/closed/load.ts';
import { runOpenLoad } from '../../../src/load/open/load.ts';
import type { Pacer } from '../../../src/load/pacing/pacer.ts';
import type { LoadMessage, LoadPlan } from '../../../src/model/load.ts';
import type { Scenario } from '../../../src/model/scenario.ts';
import { loadScenario } from '../../../src/scenario/load-scenario.ts';
import { resolveLoadAddress } from '../../../src/session/load-address.ts';
import { knownWith } from '../../helpers/known-kinds.ts';
import { reportOf } from '../../load/load-run.ts';
import { expectedRequests, hasPlaces } from './expected-requests.ts';
import type { RandomScenario } from './random-scenario.ts';
import { startRecordingServer } from './recording-server.ts';

/** Runs one in `folder`; every difference between what the server saw and what the scenario says, none when all is well. */
export async function differences(random: RandomScenario, folder: string, createPacer: () => Pacer): Promise<string[]> {
  const socket = join(folder, 'fuzz.sock');
  await using server = await startRecordingServer(random.http, 'socket' in random.target ? socket : undefined);
  await writeFile(join(folder, 'f.csv'), csvOf(random));
  const text = scenarioText(random, server.port, folder);
  const { scenario } = loadScenario({ file: 'random.yaml', text, overrides: [], known: knownWith() });
  const messages = await run(scenario, createPacer);
  const { total, windows, errors } = reportOf(messages, scenario.load.steps.length);
  const expected = expectedRequests(random, server.port);
  const counts = new Map(expected.map(({ name }) => [name, 0]));
  const found: string[] = [
    ...server.broken,
    ...Object.entries(errors).map(([kind, count]) => `${count} times ${kind}`),
  ];
  const owners = new Map<string, string[]>();
  for (const { name, seen } of expected)
    for (const each of seen) owners.set(JSON.stringify(each), [...(owners.get(JSON.stringify(each)) ?? []), name]);
  for (const [request, count] of server.seen) {
    const names = owners.get(request) ?? [];
    if (names.length === 0)
      found.push(`the server saw what nobody said: ${request}, expected one of ${[...owners.keys()].join(' or ')}`);
    const [name = ''] = names;
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  const sum = [...server.seen.values()].reduce((all, count) => all + count, 0);
  if (sum !== total.planned) found.push(`the server saw ${sum} requests, ${total.planned} were planned`);
  const isTold = expected.length > 1 && [...owners.values()].every((names) => new Set(names).size === 1);
  for (const { name } of isTold ? expected : []) {
    const planned = windows.reduce(
      (all, window) => all + (window.requests?.find((each) => each.name === name)?.planned ?? 0),
      0,
    );
    if (planned !== counts.get(name))
      found.push(`the server saw ${name} ${counts.get(name)} times, it was planned ${planned} times`);
  }
  return found.length === 0 ? [] : [...found, text];
}

async function run({ load, target, seed }: Scenario, createPacer: () => Pacer): Promise<LoadMessage[]> {
  const messages: LoadMessage[] = [];
  const address = resolveLoadAddress(target, { targets: [] } as unknown as Parameters<typeof resolveLoadAddress>[1]);
  const plan: LoadPlan = { ...address, ...load, seed, originHrUs: hrUs(), startUs: 20_000 };
  const { signal } = new AbortController();
  const context = { hrUs, wallMs, watchThread, signal, emit: (message: LoadMessage) => messages.push(message) };
  if (load.mode === 'closed') await runClosedLoad(plan, context);
  else await runOpenLoad(plan, { ...context, pacer: createPacer() });
  return messages;
}

function csvOf({ rows }: RandomScenario): string {
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
  return `id,word,token\n${rows.map(({ id, word, token }) => [id, word, token].map(quoted).join(',')).join('\n')}\n`;
}

function targetOf({ target, urlPath = '' }: RandomScenario, port: number, socket: string) {
  if ('host' in target) return { url: `http://${target.host}:${port}${urlPath}` };
  return target.socket === 'key' ? { socket } : { url: `${target.socket}${socket}` };
}

function scenarioText(random: RandomScenario, port: number, folder: string): string {
  const { mode, http, arrivals, seed, connections, weights, requests, hasPath, order } = random;
  const written = requests.map(({ path, ...rest }, index) => (hasPath[index] ? { ...rest, path } : rest));
  const named = written.map((request, index) => ({ name: `r${index}`, weight: weights[index], ...request }));
  return stringify({
    name: 'random',
    seed,
    topology: { engine: 'external' },
    target: targetOf(random, port, join(folder, 'fuzz.sock')),
    load: {
      mode,
      timeout: '5s',
      ...(named.length === 1 ? { request: written[0] } : { requests: named }),
      ...(hasPlaces(random) ? { feeders: { f: { csv: join(folder, 'f.csv'), order } } } : {}),
      ...(mode === 'closed'
        ? { steps: [{ connections, for: '30ms' }] }
        : {
            http,
            arrivals,
            maxConnections: connections,
            steps: [
              { rate: '800/s', for: '60ms' },
              { from: '200/s', to: '900/s', for: '60ms' },
            ],
          }),
    },
  });
}
