/** The steps of a run that goes on: what was planned and what became of it so far. */

import type { LiveStep } from '../model/live.ts';
import type { LoadWindow } from '../model/load.ts';
import type { LoadStep } from '../model/scenario.ts';
import type { Percentiles } from './seconds.ts';

interface Progress {
  startUs: number | undefined;
  planned: number;
  completed: number;
  lost: number;
  latency: Percentiles | undefined;
  changed: number;
}

/** Counts per step; the list of steps may grow while they are sent. */
export class LiveSteps {
  /** Index of the step that runs; undefined before the first. */
  current: number | undefined;
  /** Failed, timed out or dropped, of all steps. */
  lost = 0;
  private readonly plan: readonly LoadStep[];
  private readonly progress: Progress[] = [];
  private isOver = false;

  /** Of a plan, nothing of which has been sent. */
  constructor(plan: readonly LoadStep[]) {
    this.plan = plan;
  }

  /** A step began: the one before it is over. */
  start(step: number, startUs: number, change: number): void {
    if (this.current !== undefined) this.of(this.current).changed = change;
    this.current = step;
    Object.assign(this.of(step), { startUs, changed: change });
  }

  /** What became of arrivals of a step; `latency` is that of all of them, undefined where that is no longer kept. */
  take(
    { step, planned, completed, failed, timedOut, dropped }: LoadWindow,
    latency: Percentiles | undefined,
    change: number,
  ): void {
    const progress = this.of(step);
    const lost = failed + timedOut + dropped;
    progress.planned += planned;
    progress.completed += completed;
    progress.lost += lost;
    this.lost += lost;
    progress.latency = latency ?? progress.latency;
    progress.changed = change;
  }

  /** All steps are over. */
  finish(change: number): void {
    this.isOver = true;
    if (this.current !== undefined) this.of(this.current).changed = change;
  }

  /** Seconds from the start of the step that runs to the end of all that are planned, at a moment; undefined where nothing runs. */
  leftS(atS: number): number | undefined {
    if (this.current === undefined || this.isOver) return undefined;
    const startUs = this.progress[this.current]?.startUs ?? 0;
    const ahead = this.plan.slice(this.current).reduce((sum, { durationMs }) => sum + durationMs / 1000, 0);
    return Math.max(0, startUs / 1e6 + ahead - atS);
  }

  /** Steps that changed after `since`, or were not known then. */
  changesAfter(since: number, change: number): LiveStep[] {
    return this.plan.flatMap(({ name, measure, durationMs }, index) => {
      const { startUs, planned, completed, lost, latency, changed } = this.of(index, change);
      if (changed <= since) return [];
      const startS = startUs === undefined ? undefined : startUs / 1e6;
      const durationS = durationMs / 1000;
      const { p50Us, p99Us } = latency ?? {};
      return [
        { index, name, measure, state: this.stateOf(index), startS, durationS, planned, completed, lost, p50Us, p99Us },
      ];
    });
  }

  private stateOf(index: number): LiveStep['state'] {
    if (this.current === undefined || index > this.current) return 'to come';
    return index === this.current && !this.isOver ? 'running' : 'over';
  }

  private of(step: number, change = 1): Progress {
    const known = this.progress[step];
    if (known) return known;
    const fresh = { startUs: undefined, planned: 0, completed: 0, lost: 0, latency: undefined, changed: change };
    this.progress[step] = fresh;
    return fresh;
  }
}
