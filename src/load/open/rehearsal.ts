/** What the threads of an open load do before it: a little load against their echo, so that the first seconds are like the others. */
import type { LoadPlan } from '../../model/load.ts';
import type { Echo } from '../echo/echo.ts';
import type { Metronome } from '../pacing/metronome.ts';
import type { WorkerHost } from '../workers/worker-host.ts';
import { runOpenLoad } from './load.ts';

/**
 * V8 optimises what the first of them runs for the objects it has seen, and takes that back at the next one's; whole microseconds
 * and fractions of them are two kinds of number as well. After three there is hardly anything left to compile.
 */
const rounds = [{ hasFractions: false }, { hasFractions: true }, { hasFractions: true }] as const;
const step = { name: 'rehearsal', shape: { kind: 'constant', rps: 10_000 }, durationMs: 150, measure: true } as const;
const steps = [step, step];
const request = {
  name: '',
  weight: 1,
  method: 'GET',
  path: '/',
  headers: {},
  body: '',
  expect: { status: [], bodyContains: '' },
} as const;
const roundUs = steps.length * step.durationMs * 1000;

/** The last answers of a round. */
const leaveUs = 50_000;

/**
 * Sends as many rounds as there is time for until `untilHrUs`, microseconds of `process.hrtime`. Without them V8's compiler, in threads of its own, takes
 * processor time from the reading one for some thousands of requests: answers of up to 3 s are read 1 to 3 ms late on two cores.
 */
export async function rehearse(
  metronome: Metronome,
  echo: Pick<Echo, 'port' | 'stampPort'>,
  untilHrUs: number,
  signal: AbortSignal,
  host: WorkerHost,
): Promise<void> {
  const isTimeLeft = () => !signal.aborted && host.hrUs() + roundUs + leaveUs <= untilHrUs;
  for (const { hasFractions } of rounds) {
    if (!isTimeLeft()) break;
    const plan = planOf(echo.port, hasFractions, host.hrUs());
    const pacer = metronome.pacer();
    await runOpenLoad(plan, { ...host, pacer, emit: () => {}, signal, stampPort: echo.stampPort });
  }
}

/** A second of its clock is over in the middle, for then there is more to do. */
function planOf(port: number, hasFractions: boolean, nowHrUs: number): LoadPlan {
  const startUs = 1_000_000 - roundUs / 2;
  const originHrUs = nowHrUs - startUs;
  return {
    host: '127.0.0.1',
    port,
    requests: [request],
    feeders: {},
    steps,
    arrivals: 'uniform',
    seed: 1,
    maxConnections: 100,
    workers: 1,
    timeoutMs: 1000,
    originHrUs,
    startUs: hasFractions ? startUs + 0.5 : startUs,
  };
}
