/** The messages of several workers as those of one load: windows pass, ticks of one second become one, steps and the end come once. */
import type { LoadEnd, LoadMessage, LoadTick } from '../../model/load.ts';

interface PendingTick {
  readonly tick: LoadTick;
  /** The moment it was due at. */
  readonly edge: number;
}

interface Ticks {
  /** Those that wait for the other workers' ticks of the same second. */
  pending: PendingTick[];
  isLive: boolean;
}

/** Takes messages of workers that started at one moment, in the order in which they come. */
export class MessageMerge {
  private readonly edgeOf: (atUs: number) => number;
  private readonly all: readonly Ticks[];
  /** When each step began, by its index, of the workers that have begun it. */
  private readonly began = new Map<number, number[]>();
  private nextStep = 0;
  private readonly ends: LoadEnd[] = [];
  private lastUs: number | undefined;

  /**
   * For so many workers. `edgeOf` gives the moment a tick was due at, by the time it was taken: a worker that was held up for seconds has one
   * tick for them, which is merged with all the ticks the others had meanwhile.
   */
  constructor(workers: number, edgeOf: (atUs: number) => number) {
    this.edgeOf = edgeOf;
    this.all = Array.from({ length: workers }, () => ({ pending: [], isLive: true }));
  }

  /** What this message of a worker (counted from 0) makes known about the whole load. */
  take(worker: number, message: LoadMessage): LoadMessage[] {
    const own = this.all[worker];
    if (!own) return [];
    switch (message.kind) {
      case 'window':
      case 'bins':
      case 'exchanges':
        return [message];
      case 'tick':
        own.pending.push({ tick: message, edge: this.edgeOf(message.atUs) });
        return [...this.mergedTicks()];
      case 'step':
        this.began.set(message.step, [...(this.began.get(message.step) ?? []), message.startUs]);
        return [...this.stepStarts()];
      case 'end':
        own.isLive = false;
        this.ends.push(message);
        return [...this.stepStarts(), ...this.mergedTicks(), ...this.wholeEnd()];
    }
  }

  /** The worker is gone without its `end`: what the others say goes on without it, and there will be no `end`. */
  lose(worker: number): LoadMessage[] {
    const own = this.all[worker];
    if (own) own.isLive = false;
    return [...this.stepStarts(), ...this.mergedTicks()];
  }

  private live(): readonly Ticks[] {
    return this.all.filter(({ isLive }) => isLive);
  }

  /** The first moment for which every worker that still works has a tick; when none does, the end of time. */
  private commonEdge(): number | undefined {
    const live = this.live();
    const [first, ...others] = live;
    if (!first) return Number.POSITIVE_INFINITY;
    if (live.some(({ pending }) => pending.length === 0)) return undefined;
    const has = ({ pending }: Ticks, edge: number) => pending.some((each) => each.edge === edge);
    return first.pending.find(({ edge }) => others.every((other) => has(other, edge)))?.edge;
  }

  private *mergedTicks(): Iterable<LoadTick> {
    for (let edge = this.commonEdge(); edge !== undefined; edge = this.commonEdge()) {
      const parts = this.takeUntil(edge);
      if (parts.length === 0) return;
      const merged = parts.reduce(sideBySide);
      const fromUs = this.lastUs ?? Math.min(...parts.map(({ atUs, lengthUs }) => atUs - lengthUs));
      this.lastUs = merged.atUs;
      yield { ...merged, lengthUs: Math.max(merged.atUs - fromUs, 1) };
    }
  }

  /** One tick of each worker that has any up to this edge. */
  private takeUntil(edge: number): LoadTick[] {
    return this.all.flatMap((ticks) => {
      const own = ticks.pending.filter((each) => each.edge <= edge);
      ticks.pending = ticks.pending.slice(own.length);
      return own.length === 0 ? [] : [own.map(({ tick }) => tick).reduce(inTurn)];
    });
  }

  /** Starts of steps that all have begun that still work: what was before the step has been told by then. */
  private *stepStarts(): Iterable<LoadMessage> {
    const next = () => this.began.get(this.nextStep);
    for (let starts = next(); starts && starts.length >= this.live().length; starts = next()) {
      yield { kind: 'step', step: this.nextStep, startUs: Math.min(...starts) };
      this.nextStep++;
    }
  }

  private wholeEnd(): LoadEnd[] {
    if (this.ends.length < this.all.length) return [];
    const latest = (pick: (end: LoadEnd) => number) => Math.max(...this.ends.map(pick));
    const firstLags = this.ends.flatMap(({ firstLagUs = [] }) => firstLagUs);
    return [
      {
        kind: 'end',
        lastDueUs: latest((end) => end.lastDueUs),
        drainedUs: latest((end) => end.drainedUs),
        ...(firstLags.length > 0 ? { firstLagUs: Math.max(...firstLags) } : {}),
      },
    ];
  }
}

/** Two ticks of one worker that follow each other. */
function inTurn(first: LoadTick, then: LoadTick): LoadTick {
  const lengthUs = first.lengthUs + then.lengthUs;
  const mean = (pick: (tick: LoadTick) => number) =>
    (pick(first) * first.lengthUs + pick(then) * then.lengthUs) / lengthUs;
  return {
    ...then,
    lengthUs,
    due: first.due + then.due,
    sent: first.sent + then.sent,
    completed: first.completed + then.completed,
    opened: first.opened + then.opened,
    ...visitsOf(first, then, then.thinking),
    ...timesUnderWay(first, then),
    ...echoes(first, then),
    cpuPercent: mean((tick) => tick.cpuPercent),
    cpuWaitUs: known(first.cpuWaitUs, then.cpuWaitUs, (a, b) => a + b),
    loopUtilisation: mean((tick) => tick.loopUtilisation),
    ...worstDelays(first, then),
    gcPauseMs: (first.gcPauseMs ?? 0) + (then.gcPauseMs ?? 0),
  };
}

/** The ticks of two workers for the same time: counts add up; of what a thread went through, the worse of the two. */
function sideBySide(one: LoadTick, other: LoadTick): LoadTick {
  return {
    ...one,
    atUs: Math.max(one.atUs, other.atUs),
    step: Math.max(one.step, other.step),
    due: one.due + other.due,
    sent: one.sent + other.sent,
    completed: one.completed + other.completed,
    inFlight: one.inFlight + other.inFlight,
    waiting: one.waiting + other.waiting,
    connections: one.connections + other.connections,
    opened: one.opened + other.opened,
    ...visitsOf(
      one,
      other,
      known(one.thinking, other.thinking, (a, b) => a + b),
    ),
    ...timesUnderWay(one, other),
    ...echoes(one, other),
    cpuPercent: one.cpuPercent + other.cpuPercent,
    cpuWaitUs: known(one.cpuWaitUs, other.cpuWaitUs, Math.max),
    loopUtilisation: Math.max(one.loopUtilisation, other.loopUtilisation),
    ...worstDelays(one, other),
    gcPauseMs: Math.max(one.gcPauseMs ?? 0, other.gcPauseMs ?? 0),
  };
}

function echoes({ echoUs: one }: LoadTick, { echoUs: other }: LoadTick): Pick<LoadTick, 'echoUs'> {
  return one || other ? { echoUs: [...(one ?? []), ...(other ?? [])] } : {};
}

function visitsOf(one: LoadTick, other: LoadTick, thinking: number | undefined) {
  const followed = (one.followed ?? 0) + (other.followed ?? 0);
  return { ...(followed > 0 && { followed }), ...(thinking !== undefined && { thinking }) };
}

function timesUnderWay({ openUs: one = [] }: LoadTick, { openUs: other = [] }: LoadTick): Pick<LoadTick, 'openUs'> {
  const total = new Map<number, number>();
  for (const [step, us] of [...one, ...other]) total.set(step, (total.get(step) ?? 0) + us);
  return total.size > 0 ? { openUs: [...total] } : {};
}

function worstDelays(one: LoadTick, other: LoadTick): Pick<Required<LoadTick>, 'loopDelayP99Us' | 'loopDelayMaxUs'> {
  return {
    loopDelayP99Us: Math.max(one.loopDelayP99Us ?? 0, other.loopDelayP99Us ?? 0),
    loopDelayMaxUs: Math.max(one.loopDelayMaxUs ?? 0, other.loopDelayMaxUs ?? 0),
  };
}

function known(one: number | undefined, other: number | undefined, both: (a: number, b: number) => number) {
  return one === undefined || other === undefined ? undefined : both(one, other);
}
