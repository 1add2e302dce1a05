/** What is known of a run that goes on, in a bounded place: every sample is taken in, and what changed can be asked for at any time. */
import { conditionChangeText, faultText, roleChangeText } from '../model/fault-text.ts';
import { type LiveNow, type LiveSeriesChange, type LiveUpdate, liveSeries } from '../model/live.ts';
import type { LoadTick, LoadWindow } from '../model/load.ts';
import type { Sample } from '../model/sample.ts';
import type { LoadStep } from '../model/scenario.ts';
import { seriesInfo } from '../model/series.ts';
import { BoundedSeries } from './bounded-series.ts';
import { FaultsInForce } from './faults-in-force.ts';
import { ErrorCounts, NewsBoard } from './news.ts';
import { LatestSeconds } from './seconds.ts';
import { LiveSteps } from './steps.ts';

/** No more series than this are drawn. */
export const mostLiveSeries = 240;

const generator = 'generator';

interface KeptSeries {
  readonly id: number;
  readonly name: string;
  readonly target: string;
  readonly points: BoundedSeries;
}

/** The state of one run; changes are counted from 1. */
export class RunState {
  /** Its id. */
  readonly run: string;
  private readonly steps: LiveSteps;
  private readonly forMs: number | undefined;
  private readonly latest = new LatestSeconds();
  private readonly errors = new ErrorCounts();
  private readonly news = new NewsBoard();
  private readonly faults = new FaultsInForce();
  private readonly series = new Map<string, KeptSeries>();
  private readonly undrawn = new Set<string>();
  private change = 1;
  private phase = 'starting';
  private atUs = 0;
  private startUs = 0;
  private isStopping = false;
  private tick: LoadTick | undefined;

  /** Of a run that has not begun; `steps` may grow, and there are none where nothing is sent for `forMs`. */
  constructor(run: string, steps: readonly LoadStep[], forMs?: number) {
    this.run = run;
    this.steps = new LiveSteps(steps);
    this.forMs = forMs;
  }

  /** The number of the latest change. */
  get seq(): number {
    return this.change;
  }

  /** Takes a sample. */
  take(sample: Sample): void {
    this.change++;
    if ('atUs' in sample) this.atUs = Math.max(this.atUs, sample.atUs);
    switch (sample.kind) {
      case 'reading':
        this.draw(sample.target, sample.atUs, sample.values);
        break;
      case 'window':
        this.takeWindow(sample);
        break;
      case 'tick':
        this.takeTick(sample);
        break;
      case 'step':
        this.steps.start(sample.step, sample.startUs, this.change);
        this.startUs = sample.step === 0 ? sample.startUs : this.startUs;
        this.phase = 'load';
        break;
      case 'end':
        this.steps.finish(this.change);
        this.phase = 'drained';
        break;
      default:
        this.takeNews(sample);
    }
  }

  /** Something goes on of which no sample tells. */
  enter(phase: string): void {
    this.change++;
    this.phase = phase;
  }

  /** What a reader of the numbers must know, where no sample says it. */
  warn(text: string): void {
    this.change++;
    this.news.add({ seq: this.change, atS: this.atUs / 1e6, kind: 'warning', text });
  }

  /** The run was told to stop. */
  stop(): void {
    this.change++;
    this.isStopping = true;
  }

  /** What changed after `since`. */
  updateAfter(since: number): LiveUpdate {
    return {
      run: this.run,
      since,
      seq: this.change,
      now: this.now(),
      series: [...this.series.values()].flatMap((kept) => changeOf(kept, since)),
      undrawn: this.undrawn.size,
      steps: this.steps.changesAfter(since, this.change),
      errors: this.errors.changesAfter(since),
      news: this.news.changesAfter(since),
      faults: this.faults.changesAfter(since),
    };
  }

  private now(): LiveNow {
    const atS = this.atUs / 1e6;
    const { tick } = this;
    const perSecond = (count: number) => Math.round((count * 1e7) / (tick?.lengthUs ?? 1)) / 10;
    const left =
      this.forMs === undefined ? this.steps.leftS(atS) : Math.max(0, this.startUs / 1e6 + this.forMs / 1000 - atS);
    return {
      phase: this.phase,
      atS,
      leftS: left,
      step: this.steps.current,
      plannedRps: tick && perSecond(tick.due),
      completedRps: tick && perSecond(tick.completed),
      inFlight: tick?.inFlight,
      ...this.latest.recent(),
      lost: this.steps.lost,
      isStopping: this.isStopping,
    };
  }

  private takeWindow(window: LoadWindow): void {
    const second = this.latest.take(window);
    this.steps.take(window, this.latest.ofStep(window.step), this.change);
    this.errors.add(window.errors, this.change);
    if (!second) return;
    this.draw(generator, window.dueUs + 500_000, {
      'load.failed_rps': second.lost,
      'load.response_p50_us': second.p50Us,
      'load.response_p99_us': second.p99Us,
    });
  }

  private takeTick(tick: LoadTick): void {
    this.tick = tick;
    const perSecond = (count: number) => Math.round((count * 1e7) / tick.lengthUs) / 10;
    this.draw(generator, tick.atUs - tick.lengthUs / 2, {
      'load.planned_rps': perSecond(tick.due),
      'load.sent_rps': perSecond(tick.sent),
      'load.completed_rps': perSecond(tick.completed),
      'load.in_flight': tick.inFlight,
      'load.waiting': tick.waiting,
      'load.connections': tick.connections,
      'load.cpu_percent': tick.cpuPercent,
    });
  }

  private takeNews(sample: Exclude<Sample, { kind: 'reading' | LoadKind }>): void {
    const { change: seq } = this;
    if (sample.kind === 'event') {
      if (sample.event === 'phase') this.phase = sample.message;
      const text = sample.target === undefined ? sample.message : `${sample.target}: ${sample.message}`;
      this.news.add({ seq, atS: sample.atUs / 1e6, kind: 'event', text });
    } else if (sample.kind === 'fault') {
      const isWrong = sample.moment === 'failed' || sample.moment === 'undo-failed';
      this.news.add({ seq, atS: sample.atUs / 1e6, kind: isWrong ? 'warning' : 'event', text: faultText(sample) });
      this.faults.take(sample, seq);
    } else if (sample.kind === 'condition' || sample.kind === 'role') {
      const text = sample.kind === 'role' ? roleChangeText(sample) : conditionChangeText(sample);
      this.news.add({ seq, atS: sample.atUs / 1e6, kind: 'event', text });
    } else if (sample.kind === 'gap' || sample.kind === 'doubt') {
      this.news.add({
        seq,
        atS: sample.atUs / 1e6,
        kind: 'warning',
        text: `${sample.target}, ${sample.source}: ${sample.message}`,
      });
    }
  }

  private draw(target: string, atUs: number, values: Readonly<Record<string, number | undefined>>): void {
    for (const [name, value] of Object.entries(values)) {
      const merge = Object.hasOwn(liveSeries, name) ? liveSeries[name] : undefined;
      if (merge === undefined || value === undefined) continue;
      const key = `${name}@${target}`;
      let kept = this.series.get(key);
      if (!kept && this.series.size >= mostLiveSeries) {
        if (this.undrawn.size < mostLiveSeries) this.undrawn.add(key);
        continue;
      }
      if (!kept) {
        kept = { id: this.series.size, name, target, points: new BoundedSeries(merge) };
        this.series.set(key, kept);
      }
      kept.points.add(atUs / 1e6, value, this.change);
    }
  }
}

type LoadKind = 'window' | 'tick' | 'step' | 'end';

function changeOf({ id, name, target, points }: KeptSeries, since: number): LiveSeriesChange[] {
  const changes = points.changesAfter(since);
  return changes === undefined ? [] : [{ id, name, target, ...seriesInfo(name), ...changes }];
}
