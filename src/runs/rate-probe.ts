/** One short open-loop load against an echo, and how the generator fared. */
import { stepLoad } from '../analysis/run/step-load.ts';
import { startClock } from '../host/clock.ts';
import { mergeHistograms } from '../model/histogram.ts';
import type { Caller } from '../model/host.ts';
import type { LoadMessage, LoadTick, LoadWindow } from '../model/load.ts';
import type { StepResult } from '../model/run-result.ts';
import { loadEngineOf, loadEngines } from '../registry.ts';
import { loadSchema, sentTo } from '../scenario/load-schema.ts';

/** What one probe showed. */
export interface Probe {
  readonly completedShare: number;
  readonly lagUs: StepResult['lagUs'];
  readonly responseUs: StepResult['responseUs'];
  readonly responseMinUs: number;
  readonly loopShare: number;
}

/** Threads start while the first step is awaited; connections open in warm-up. */
const startMs = 300;
const warmUpMs = 200;

/** Sends `rps` for `ms` to a port of 127.0.0.1; throws the reason of the context's signal when it aborts. */
export async function probeRate(port: number, rps: number, ms: number, caller: Caller): Promise<Probe> {
  const parsed = loadSchema(loadEngines).parse({
    timeout: '1s',
    maxConnections: 200,
    steps: [
      { name: 'warm-up', rate: `${rps}/s`, for: `${warmUpMs}ms`, measure: false },
      { name: 'probe', rate: `${rps}/s`, for: `${ms}ms` },
    ],
  });
  const load = sentTo('/', parsed);
  const clock = startClock();
  const plan = {
    ...load,
    host: '127.0.0.1',
    port,
    seed: 1,
    originHrUs: clock.originHrUs,
    startUs: startMs * 1000,
  };
  const messages: LoadMessage[] = [];
  for await (const message of loadEngineOf('open').run(plan, { ...caller, runId: 'calibrate', clock }))
    messages.push(message);
  caller.signal.throwIfAborted();
  return probeOf(messages, (startMs + warmUpMs) * 1000, ms * 1000);
}

function probeOf(messages: readonly LoadMessage[], startUs: number, lengthUs: number): Probe {
  const windows = messages.filter((message): message is LoadWindow => message.kind === 'window' && message.step === 1);
  const ticks = messages.filter((message): message is LoadTick => message.kind === 'tick');
  const span = { index: 1, name: 'probe', kind: 'measure', startUs, endUs: startUs + lengthUs } as const;
  const { load, lagUs, responseUs } = stepLoad(span, windows, ticks);
  const own = ticks.filter(
    ({ atUs, lengthUs: tickUs }) => atUs - tickUs / 2 > startUs && atUs - tickUs / 2 < span.endUs,
  );
  return {
    completedShare: load.planned === 0 ? 0 : load.completed / load.planned,
    lagUs,
    responseUs,
    responseMinUs: mergeHistograms(windows.map(({ response }) => response)).minNonZeroValue,
    loopShare: Math.max(0, ...own.map((tick) => tick.loopUtilisation)),
  };
}
