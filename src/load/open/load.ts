/** The open loop: every arrival is handed to the pool at its due time, whatever the target does. */
import type { LoadMessage, LoadPlan, LoadTick } from '../../model/load.ts';
import { Accounts } from '../accounts/accounts.ts';
import { createExchanges } from '../accounts/exchanges.ts';
import { createTicks } from '../accounts/ticks.ts';
import { type EchoLine, openEchoLine } from '../echo/echo-line.ts';
import type { Connection } from '../http1/connection.ts';
import { Http1Pool } from '../http1/pool.ts';
import { h2Target } from '../http2/message.ts';
import { H2Pool } from '../http2/pool.ts';
import { Dispatcher } from '../pacing/dispatcher.ts';
import { Lookahead } from '../pacing/lookahead.ts';
import type { Pacer } from '../pacing/pacer.ts';
import { namesOf } from '../requests/visit-plan.ts';
import { arrivalCursor } from '../schedule/arrivals.ts';
import { createStepTimes } from '../schedule/step-times.ts';
import type { Dialer } from '../transport/dialer.ts';
import type { Lender } from '../transport/lending.ts';
import type { Pool, PoolEvents } from '../transport/pool.ts';
import type { OnMoved } from '../workers/moves.ts';
import type { WorkerHost } from '../workers/worker-host.ts';
import { type ReadyLoad, readyLoad } from './ready.ts';
import { Visits } from './visits.ts';

/** Timeouts, ticks and the end are looked at this often. */
const housekeepingMs = 10;
const readBufferBytes = 64 * 1024;

/** What carries an open load out, and whom it tells. */
export interface OpenLoadContext extends WorkerHost {
  readonly pacer: Pacer;
  readonly emit: (message: LoadMessage) => void;
  /** An abort ends the run at once: arrivals already due that have no outcome are `unfinished`. */
  readonly signal: AbortSignal;
  /** Puts the start off, to where other workers start. */
  readonly agreeOnStart?: (earliestUs: number) => Promise<number>;
  /** Says where the target is from then on. */
  readonly onMoved?: OnMoved | undefined;
  /** Where an echo listens on which is seen what the generator itself adds to latencies. */
  readonly stampPort?: number | undefined;
  /** Where the plan was made ready before. */
  readonly ready?: ReadyLoad | undefined;
}

/** Runs the whole plan and emits its messages; resolves after `end`. The first step starts at `plan.startUs`, or at once when that has passed. */
export async function runOpenLoad(plan: LoadPlan, context: OpenLoadContext): Promise<void> {
  const { pacer, emit, signal, hrUs, watchThread, agreeOnStart = async (us: number) => us, stampPort } = context;
  const { recorded, nextRequest, dialer } = context.ready ?? (await readyLoad(plan, context));
  const { originHrUs } = plan;
  const clock = () => hrUs() - originHrUs;
  const line = stampPort === undefined ? undefined : await openEchoLine(stampPort, clock);
  const { steps, arrivals, seed, share } = plan;
  const startUs = await agreeOnStart(Math.max(plan.startUs, clock()));
  const schedule = { steps, arrivals, seed, share, startUs, recordedUs: recorded?.dueUs };
  const stepTimes = createStepTimes(steps, schedule.startUs, emit);
  const ticks = createTicks(schedule.startUs, watchThread());
  const names = { requests: namesOf(plan), flows: plan.flows ?? [] };
  const exchanges = createExchanges(plan);
  for (const [step, us] of stepTimes.startsUs.entries()) exchanges?.begins(step, us);
  const accounts = new Accounts(ticks.counts, names, plan.binUs, exchanges);
  const { pool, lender } = createPool(
    plan,
    dialer,
    poolEvents(accounts, () => visits, clock),
    clock,
  );
  const visits = new Visits(accounts, pool, clock);
  const arming = pacer.ring && lender ? { ring: pacer.ring, lender } : undefined;
  const lookahead = new Lookahead({ cursor: arrivalCursor(schedule), nextRequest, accounts, arming, clock });
  const dispatcher = new Dispatcher(lookahead, pool, clock);
  pool.onHeard(() => {
    visits.dispatchReady();
    dispatcher.dispatchDue();
  });
  const tick = (nowUs: number) =>
    emit(
      ticks.take(nowUs, {
        step: stepTimes.current,
        ...standing(pool),
        ...(plan.flows && { thinking: visits.thinking }),
        openUs: accounts.takeUnderWay(nowUs),
        ...echoesOf(line),
      }),
    );

  let nextTickUs = stepTimes.tickAfter(schedule.startUs);
  let flushed = Promise.resolve();
  pacer.start(schedule, plan.originHrUs, () => dispatcher.dispatchNext(), line);
  await repeatUntil(signal, () => {
    const nowUs = clock();
    lookahead.settle();
    if (nowUs >= nextTickUs) {
      tick(nowUs);
      nextTickUs = stepTimes.tickAfter(nowUs);
      flushed = flushed.then(() => accounts.flush(emit));
    }
    stepTimes.announce(nowUs);
    dispatcher.dispatchDue();
    expireOverdue(accounts, pool, nowUs, plan.timeoutMs);
    const isQuiet = accounts.oldest === undefined && visits.thinking === 0;
    return nowUs >= stepTimes.endUs && lookahead.dueUs === Number.POSITIVE_INFINITY && isQuiet;
  });
  // In this order: a thread that is stopped while it writes would never say that it has done with the socket.
  dispatcher.stop();
  pacer.stop();
  const stoppedUs = clock();
  visits.stop();
  for (let arrival = accounts.oldest; arrival; arrival = accounts.oldest) accounts.unfinished(arrival, stoppedUs);
  tick(stoppedUs);
  ticks.close();
  pool.close();
  line?.close();
  await flushed;
  await accounts.flush(emit);
  const { firstLagUs, lastDueUs, lastOutcomeUs } = accounts;
  emit({ kind: 'end', lastDueUs, drainedUs: Math.max(lastOutcomeUs, lastDueUs), firstLagUs });
}

/** Calls `isOver` every few milliseconds until it says so or the signal aborts; an exception ends it as a rejection. */
function repeatUntil(signal: AbortSignal, isOver: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setInterval(() => {
      try {
        if (isOver()) stop();
      } catch (error) {
        clearInterval(timer);
        reject(error);
      }
    }, housekeepingMs);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
}

function expireOverdue(accounts: Accounts, pool: Pool, nowUs: number, timeoutMs: number): void {
  const limitUs = nowUs - timeoutMs * 1000;
  for (let arrival = accounts.oldest; arrival && arrival.requestDueUs <= limitUs; arrival = accounts.oldest) {
    accounts.expired(arrival, pool.expire(arrival), nowUs);
  }
  pool.expireDials(nowUs);
  pool.spreadOut(nowUs);
}

/** A pool; where its requests are bytes on a socket of its own, it also lends connections. */
function createPool(
  plan: LoadPlan,
  dialer: Dialer,
  events: PoolEvents,
  clock: () => number,
): { pool: Pool; lender?: Lender<Connection> } {
  const limits = {
    dialer,
    maxConnections: plan.maxConnections,
    maxQueue: plan.maxQueue ?? Number.POSITIVE_INFINITY,
    timeoutUs: plan.timeoutMs * 1000,
    resend: plan.resend,
    spread: plan.spread,
  };
  if (plan.http === 2) return { pool: new H2Pool({ ...limits, ...h2Target(plan) }, events, clock) };
  const pool = new Http1Pool({ ...limits, readBuffer: Buffer.allocUnsafeSlow(readBufferBytes) }, events, clock);
  return plan.tls ? { pool } : { pool, lender: pool };
}

function poolEvents(accounts: Accounts, visits: () => Visits, clock: () => number): PoolEvents {
  return {
    sending: (arrival, sentUs = clock()) => accounts.sending(arrival, sentUs),
    answered: (arrival, failure) => {
      const { answer } = arrival;
      const { visit } = arrival.request;
      if (visit && answer) visits().answered(arrival, visit, answer, clock());
      else accounts.answered(arrival, failure, clock());
    },
    failed: (arrival, kind) => accounts.failed(arrival, kind, clock()),
    unread: (arrival) => accounts.unread(arrival),
    opened: (connectUs, tlsUs) => accounts.opened(connectUs, tlsUs),
    redialled: () => accounts.redialled(),
    turnedAway: (arrival) => accounts.expired(arrival, 'dropped', clock()),
  };
}

function echoesOf(line: EchoLine | undefined): Pick<LoadTick, 'echoUs'> {
  return line ? { echoUs: line.take() } : {};
}

function standing({ inFlight, waiting, connections }: Pool) {
  return { inFlight, waiting, connections };
}
