/** What the live page knows of the run. A closed function: its source is embedded. */
import type { LiveFault, LiveNews, LiveNow, LiveStep, LiveUpdate } from '../../../model/live.ts';
import type { ReportData } from '../charts/report-data.ts';
import type { LivePlan } from './plan.ts';

/** Changed in place by each update; `data` is what charts draw. */
export interface LiveStore {
  readonly data: ReportData;
  readonly steps: LiveStep[];
  errors: readonly (readonly [kind: string, count: number])[];
  readonly news: LiveNews[];
  faults: readonly LiveFault[];
  now: LiveNow | undefined;
  run: string | undefined;
  undrawn: number;
  /** Takes an update; true when there are other series than before. */
  apply(update: LiveUpdate): boolean;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Mutable<Item>[] : T[Key] };

/** A store of nothing. */
export function createLiveStore(plan: LivePlan): LiveStore {
  const data: Mutable<ReportData> = { fromS: 0, toS: 1, bands: [], marks: [], targets: [], series: [], groups: [] };
  const places = new Map<number, number>();
  const mostNews = 200;

  const colourOf = (target: string) => {
    if (target === 'host') return { name: 'muted', fade: 0 };
    if (target === 'generator') return { name: 'ink', fade: 0 };
    const before = data.targets.filter(({ underTest }) => underTest).length;
    return { name: plan.colours[before % plan.colours.length] ?? 'blue', fade: 0 };
  };

  const clear = () => {
    for (const list of [data.bands, data.marks, data.targets, data.series, store.steps, store.news]) list.length = 0;
    places.clear();
    store.errors = [];
    store.faults = [];
  };

  const placeOf = ({ id, name, target, title, unit }: LiveUpdate['series'][number]) => {
    const known = places.get(id);
    if (known !== undefined) return known;
    if (!data.targets.some((one) => one.id === target)) {
      const underTest = target !== 'host' && target !== 'generator';
      data.targets.push({ id: target, service: target, underTest, colour: colourOf(target) });
    }
    places.set(id, data.series.length);
    return data.series.push({ name, target, title, unit: plan.units[unit]?.unit ?? unit, everyS: 0, t: [], v: [] }) - 1;
  };

  const takeSeries = (change: LiveUpdate['series'][number]) => {
    const series = data.series[placeOf(change)];
    if (!series) return;
    const scale = plan.units[change.unit]?.scale ?? 1;
    series.t = [...series.t.slice(0, change.keep), ...change.t];
    series.v = [...series.v.slice(0, change.keep), ...change.v.map((value) => value * scale)];
  };

  const store: LiveStore = {
    data: data as ReportData,
    steps: [],
    errors: [],
    news: [],
    faults: [],
    now: undefined,
    run: undefined,
    undrawn: 0,
    apply: (update) => {
      const before = data.series.length;
      if (update.since === 0) clear();
      for (const change of update.series) takeSeries(change);
      for (const step of update.steps) store.steps[step.index] = step;
      store.errors = update.errors ?? store.errors;
      store.news.push(...update.news);
      store.news.splice(0, Math.max(0, store.news.length - mostNews));
      store.now = update.now;
      store.run = update.run;
      store.undrawn = update.undrawn;
      const started = store.steps.filter(({ startS }) => startS !== undefined);
      data.bands = started.map(({ name, measure, startS = 0, durationS }, index) => ({
        name,
        kind: measure ? 'measure' : 'warmup',
        fromS: startS,
        toS: started[index + 1]?.startS ?? startS + durationS,
      }));
      data.marks = store.news.flatMap(({ kind, atS, text }) => (kind === 'event' ? [{ atS, text }] : []));
      store.faults = update.faults ?? store.faults;
      data.faults = store.faults.map(({ name, fromS, toS }) => ({ name, fromS, toS: toS ?? update.now.atS }));
      data.toS = Math.max(data.fromS + 10, update.now.atS);
      return update.since === 0 || data.series.length !== before;
    },
  };
  return store;
}
