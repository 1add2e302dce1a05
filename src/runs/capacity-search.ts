/** The load of a capacity search: a probe is sent, judged, and says what the next one is. */
import { judgeProbe } from '../analysis/capacity/probe.ts';
import { type CapacityLimits, type CapacityStep, nextCapacityStep } from '../analysis/capacity/search.ts';
import { answersNeeded } from '../analysis/run/slo.ts';
import type { CapacityProbe } from '../model/capacity.ts';
import type { Caller } from '../model/host.ts';
import type { LoadMessage, StepStart } from '../model/load.ts';
import type { LoadStep, Scenario } from '../model/scenario.ts';
import type { SloRule } from '../model/slo-rule.ts';
import { formatCount, formatLatencyUs } from '../model/units.ts';
import type { LoadScript, SendSteps } from '../session/load-script.ts';

/** What to search, and how long. */
export interface CapacityRequest {
  readonly rules: readonly SloRule[];
  readonly limits: CapacityLimits;
  readonly probeMs: number;
  readonly budgetMs: number;
}

/** A search that runs as a load script, and what it has found so far. */
export interface CapacitySearch {
  readonly script: LoadScript;
  readonly probes: readonly CapacityProbe[];
  /** Undefined until the search is over. */
  found(): Extract<CapacityStep, { kind: 'found' }> | undefined;
}

const settleShare = 0.25;
const longestProbeMs = 120_000;

/** A search for what was asked; the log gets a line for each probe. */
export function searchCapacity(
  request: CapacityRequest,
  scenario: Scenario,
  { time, log }: Pick<Caller, 'time' | 'log'>,
): CapacitySearch {
  const probes: CapacityProbe[] = [];
  let found: Extract<CapacityStep, { kind: 'found' }> | undefined;
  const script: LoadScript = async (send) => {
    const untilMs = time.monotonicMs() + request.budgetMs;
    for (;;) {
      // What the last probe settles is found, also where the time was over with it.
      const next = nextCapacityStep(probes, request.limits);
      if (next.kind === 'found') {
        found = next;
        return;
      }
      if (time.monotonicMs() >= untilMs) return;
      const probe = await sendProbe(next.rps, probes.length, request, scenario, send);
      probes.push(probe);
      log.info(lineOf(probe, next.phase));
    }
  };
  return { script, probes, found: () => found };
}

async function sendProbe(
  rps: number,
  count: number,
  { rules, probeMs }: CapacityRequest,
  scenario: Scenario,
  send: SendSteps,
): Promise<CapacityProbe> {
  const needed = Math.max(...rules.map(answersNeeded));
  // A tenth more, so that a few arrivals at the edges do not matter; whole seconds, because they are judged one by one.
  const measureMs = Math.min(longestProbeMs, Math.max(probeMs, Math.ceil((1.1 * needed) / rps) * 1000));
  const name = `${count + 1}: ${formatCount(rps)}/s`;
  const shape = { kind: 'constant', rps } as const;
  const steps: LoadStep[] = [
    {
      name: `${count + 1}: settle`,
      shape,
      durationMs: Math.ceil((settleShare * probeMs) / 1000) * 1000,
      measure: false,
    },
    { name, shape, durationMs: measureMs, measure: true },
  ];
  const messages: LoadMessage[] = [];
  await send(steps, (message) => messages.push(message));
  const start = messages.filter((message): message is StepStart => message.kind === 'step').at(-1);
  const startUs = start?.startUs ?? 0;
  const span = { index: start?.step ?? 0, name, kind: 'measure', startUs, endUs: startUs + measureMs * 1000 } as const;
  return judgeProbe(rps, span, messages, scenario, rules);
}

function lineOf({ rps, outcome, p99Us, reasons }: CapacityProbe, phase: string): string {
  return `${phase} ${formatCount(rps)}/s: ${outcome}, p99 ${formatLatencyUs(p99Us)}${reasons.length > 0 ? ` (${reasons[0]})` : ''}`;
}
