/** Whether users are well again while the load goes on: by the rule that judges a run when it is over, over what is known so far. */
import { faultOutcomes } from '../analysis/faults/fault-outcomes.ts';
import type { StepSpan } from '../analysis/run/step-spans.ts';
import { type FaultSpec, untilRecovered } from '../model/fault.ts';
import type { LoadBins, LoadMessage, LoadWindow, StepStart } from '../model/load.ts';
import type { FaultMoment } from '../model/sample.ts';
import type { Scenario } from '../model/scenario.ts';
import type { RecoveryJudge } from '../session/recovery-judge.ts';

/** Of a second in which a greater share of arrivals has no outcome yet nobody knows whether users are well. */
const mostPending = 0.01;
const secondUs = 1_000_000;

/** What has become of the arrivals due in one second. */
interface Second {
  planned: number;
  settled: number;
}

/** Undefined where no fault of the scenario waits for it. */
export function createRecoveryJudge({ faults = [], load }: Scenario): RecoveryJudge | undefined {
  return faults.some(({ until }) => until === untilRecovered) ? new LiveRecovery(faults, load.steps) : undefined;
}

class LiveRecovery implements RecoveryJudge {
  private readonly moments: FaultMoment[] = [];
  private readonly bins: LoadBins[] = [];
  private readonly starts: StepStart[] = [];
  /** By the beginning of each. */
  private readonly seconds = new Map<number, Second>();
  private nowUs = 0;
  private readonly faults: readonly FaultSpec[];
  private readonly steps: Scenario['load']['steps'];

  constructor(faults: readonly FaultSpec[], steps: Scenario['load']['steps']) {
    this.faults = faults;
    this.steps = steps;
  }

  take(message: LoadMessage | FaultMoment): void {
    if (message.kind === 'fault') this.moments.push(message);
    else if (message.kind === 'bins') this.bins.push(message);
    else if (message.kind === 'step') this.starts.push(message);
    else if (message.kind === 'tick') this.nowUs = Math.max(this.nowUs, message.atUs);
    else if (message.kind === 'window') this.takeWindow(message);
  }

  hasRecovered(fault: string): boolean {
    const outcomes = faultOutcomes({
      faults: this.faults,
      moments: this.moments,
      bins: this.bins,
      spans: this.spans(),
      steps: this.steps,
      slo: [],
      isComplete: false,
      ownErrorUsAt: () => 0,
    });
    const state = outcomes.find(({ name }) => name === fault)?.recovery.state;
    return state === 'recovered' || state === 'no-harm';
  }

  private takeWindow(window: LoadWindow): void {
    const { dueUs, planned, completed, failed, timedOut, dropped, unfinished } = window;
    const second = this.seconds.get(dueUs) ?? { planned: 0, settled: 0 };
    second.planned += planned;
    second.settled += completed + failed + timedOut + dropped + unfinished;
    this.seconds.set(dueUs, second);
  }

  /** The steps as far as it is known what became of their arrivals; the last second of them is not looked at. */
  private spans(): StepSpan[] {
    const pendingUs = [...this.seconds]
      .filter(([, { planned, settled }]) => planned - settled > mostPending * planned)
      .map(([dueUs]) => dueUs + secondUs);
    const knownUs = Math.min(this.nowUs, ...pendingUs);
    return this.starts.flatMap(({ step: index, startUs }): StepSpan[] => {
      const step = this.steps[index];
      if (!step || startUs >= knownUs) return [];
      const endUs = Math.min(startUs + step.durationMs * 1000, knownUs);
      return [{ index, name: step.name, kind: step.measure ? 'measure' : 'warmup', startUs, endUs }];
    });
  }
}
