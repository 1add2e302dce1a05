/** The closed loop: each connection sends its next request when the last one is answered; autocannon does the sending. */
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { dialRule } from '../../host/allowed-hosts.ts';
import type { DialAddress, LoadMessage, LoadPlan } from '../../model/load.ts';
import { createExchanges, type Exchanges } from '../accounts/exchanges.ts';
import { createTicks, type Ticks } from '../accounts/ticks.ts';
import { Windows } from '../accounts/windows.ts';
import { openRequestSource, type RequestSource } from '../requests/source.ts';
import { readCertificates } from '../transport/dialer.ts';
import type { OnMoved } from '../workers/moves.ts';
import type { WorkerHost } from '../workers/worker-host.ts';
import { type ClosedClients, createClosedClients } from './clients.ts';

/** How soon autocannon notices that all its clients have ended, or that it was told to stop. */
const noticeMs = 25;
const secondMs = 1000;

interface ClosedRun {
  readonly plan: LoadPlan;
  readonly windows: Windows;
  readonly exchanges: Exchanges | undefined;
  readonly ticks: Ticks;
  readonly clock: () => number;
  readonly nextRequest: RequestSource;
  /** What autocannon is told of Unix sockets and TLS; it takes any certificate (rejectUnauthorized: false in lib/httpClient.js). */
  readonly transport: Partial<autocannon.Options>;
  readonly signal: AbortSignal;
  /** Autocannon has one for all of its connections. */
  address: DialAddress;
  /** The step that runs, for the ticks. */
  current: { index: number; connections: number; clients: ClosedClients } | undefined;
}

/** What carries a closed load out, and whom it tells. */
export interface ClosedLoadContext extends WorkerHost {
  readonly emit: (message: LoadMessage) => void;
  /** An abort leaves requests in flight `unfinished`. */
  readonly signal: AbortSignal;
  readonly onMoved?: OnMoved | undefined;
}

/**
 * Runs the steps of a plan one after the other, each with its own number of connections and whatever rate results, and
 * emits its messages. `planned` counts requests started, response and service time are the same, there is no lag. Requests
 * in flight at the end of a step are waited for.
 */
export async function runClosedLoad(plan: LoadPlan, context: ClosedLoadContext): Promise<void> {
  const { emit, signal, hrUs, wallMs, watchThread, onMoved } = context;
  const nextRequest = await openRequestSource(plan, wallMs);
  const transport = await transportOf(plan);
  const clock = () => hrUs() - plan.originHrUs;
  await pause(Math.max(0, plan.startUs - clock()) / 1000, signal);
  const run: ClosedRun = {
    plan,
    windows: new Windows({ requests: plan.requests, flows: [] }, plan.binUs),
    exchanges: createExchanges(plan),
    ticks: createTicks(clock(), watchThread()),
    clock,
    nextRequest,
    transport,
    signal,
    address: plan.addresses?.[0] ?? plan,
    current: undefined,
  };
  const mayDial = dialRule(plan.allowed ?? []);
  onMoved?.((addresses) => {
    run.address = addresses.find(({ host }) => mayDial(host)) ?? addresses[0] ?? run.address;
    run.current?.clients.moveTo(run.address);
  });
  let flushed = Promise.resolve();
  const tick = () => {
    const inFlight = run.current?.clients.inFlight ?? 0;
    emit(
      run.ticks.take(clock(), {
        step: run.current?.index ?? 0,
        inFlight,
        waiting: 0,
        connections: run.current?.connections ?? 0,
      }),
    );
    flushed = flushed.then(() => run.windows.flush(emit)).then(() => run.exchanges?.flush(emit));
  };
  const ticking = setInterval(tick, secondMs);
  let lastStepEndUs = clock();
  for (let index = 0; index < plan.steps.length && !signal.aborted; index++) {
    if (index > 0) tick();
    const startUs = clock();
    run.exchanges?.begins(index, startUs);
    emit({ kind: 'step', step: index, startUs });
    lastStepEndUs = await runStep(run, index);
  }
  const drainedUs = clock();
  clearInterval(ticking);
  tick();
  run.ticks.close();
  await flushed;
  emit({ kind: 'end', lastDueUs: lastStepEndUs, drainedUs });
}

/** Runs one step to the answer of its last request; returns when the last request may have been sent. */
async function runStep(run: ClosedRun, index: number): Promise<number> {
  const { plan, windows, exchanges, ticks, clock, nextRequest, signal } = run;
  const { timeoutMs, resend } = plan;
  const { counts } = ticks;
  const durationMs = plan.steps[index]?.durationMs ?? 0;
  const step = { index, timeoutMs, resend, windows, exchanges, counts, clock, nextRequest };
  const clients = createClosedClients(step, dialRule(plan.allowed ?? []));
  const connections = connectionsOf(plan, index);
  run.current = { index, connections, clients };
  let stop = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    const options = { ...autocannonOptions(plan, run.address, { durationMs, connections, clients }), ...run.transport };
    const instance = autocannon(options, (error: Error | null) => (error ? reject(error) : resolve()));
    stop = () => instance.stop();
  });
  await Promise.race([pause(durationMs, signal), ended]);
  const stoppedUs = clock();
  clients.windDown();
  const abort = () => {
    clients.cutOff();
    stop();
  };
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  await ended;
  signal.removeEventListener('abort', abort);
  clients.cutOff();
  return stoppedUs;
}

async function transportOf({ host, socket, tls }: LoadPlan): Promise<Partial<autocannon.Options>> {
  // The URL has an address, of which autocannon makes no server name.
  const serverName = tls?.serverName ?? (isIP(host) === 0 ? host : undefined);
  return {
    ...(socket === undefined ? {} : { socketPath: socket }),
    // Over a Unix socket it hands on only these.
    ...(tls ? { tlsOptions: { ...(await readCertificates(tls)), servername: serverName } } : {}),
    ...(tls && serverName !== undefined ? { servername: serverName } : {}),
  };
}

/** The connections that a step keeps busy; all of the plan's where it has none of its own. */
function connectionsOf({ steps, maxConnections }: LoadPlan, index: number): number {
  const shape = steps[index]?.shape;
  return shape?.kind === 'closed' ? shape.connections : maxConnections;
}

function autocannonOptions(
  plan: LoadPlan,
  { host, port }: DialAddress,
  step: { readonly durationMs: number; readonly connections: number; readonly clients: ClosedClients },
): autocannon.Options {
  return {
    // The clients put the bytes of their own request in place of autocannon's.
    url: `${plan.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    connections: step.connections,
    // Only a backstop: the clients are wound down when the step's time is up.
    duration: (step.durationMs + 2 * plan.timeoutMs) / secondMs + 1,
    sampleInt: noticeMs,
    setupClient: step.clients.adopt,
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
