/** What gates measured over time, sorted into series whose points may be held against each other. */
import { groupBy } from '../../model/group-by.ts';
import type { TrendChange, TrendLine } from '../../model/trend.ts';

/** One metric of one gate. */
export interface Measured {
  readonly line: TrendLine;
  readonly change: TrendChange;
}

/** What the points of one series have in common. */
export interface MeasuredSeries {
  readonly scenario: TrendLine['scenario'];
  readonly machine: string | undefined;
  /** The state that all were held against, as people write it. */
  readonly reference: string;
  readonly points: readonly Measured[];
}

/** Each gate once, in the order of time: of several lines with one id the one with most rounds, of equals the last. */
export function uniqueLines(lines: readonly TrendLine[]): readonly TrendLine[] {
  const kept = new Map<string, TrendLine>();
  for (const line of lines) if (line.rounds >= (kept.get(line.id)?.rounds ?? 0)) kept.set(line.id, line);
  return [...kept.values()].sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
}

/** Every metric against every reference, in the order of time; `isJoined`: whatever the machine. */
export function pinnedSeries(lines: readonly TrendLine[], isJoined: boolean): readonly MeasuredSeries[] {
  const keyOf = ({ line, change }: Measured) =>
    JSON.stringify([alikeKey(line, isJoined), stateId(line.baseline), whatKey(change)]);
  return [...groupBy(measuredOf(lines), keyOf).values()].flatMap((points) => {
    const [first] = points;
    if (!first) return [];
    const { scenario, baseline } = first.line;
    return [{ scenario, machine: machineText(first.line, isJoined), reference: stateName(baseline), points }];
  });
}

/** Chains of two and more gates in which each was held against the candidate of the one before. */
export function chainedSeries(lines: readonly TrendLine[], isJoined: boolean): readonly MeasuredSeries[] {
  const chains: Measured[][] = [];
  const ends = new Map<string, Measured[]>();
  for (const measured of measuredOf(lines)) {
    const { line, change } = measured;
    const place = (state: TrendLine['baseline']) =>
      JSON.stringify([alikeKey(line, isJoined), stateId(state), whatKey(change)]);
    const from = ends.get(place(line.baseline));
    const chain = from ?? [];
    if (!from) chains.push(chain);
    else ends.delete(place(line.baseline));
    chain.push(measured);
    ends.set(place(line.candidate), chain);
  }
  return chains.flatMap((points) => {
    const [first] = points;
    if (!first || points.length < 2) return [];
    const { scenario, baseline } = first.line;
    return [{ scenario, machine: machineText(first.line, isJoined), reference: stateName(baseline), points }];
  });
}

function measuredOf(lines: readonly TrendLine[]): Measured[] {
  return lines.flatMap((line) => line.changes.map((change) => ({ line, change })));
}

/** Gates of other scenarios, engines or machines are no points of one series. */
function alikeKey(line: TrendLine, isJoined: boolean): string {
  const { scenario, engine } = line;
  return JSON.stringify([scenario.name, scenario.digest ?? '', engine, machineText(line, isJoined) ?? '']);
}

function whatKey({ metric, step, of }: TrendChange): string {
  return JSON.stringify([metric, step, of]);
}

/** A processor and how many of it. */
export function machineText({ machine }: TrendLine, isJoined: boolean): string | undefined {
  return machine && !isJoined ? `${machine.cpuModel} × ${machine.cpus}` : undefined;
}

/** What a state is, whatever it was called: its files; an image, an overlay or a setting has nothing but its name. */
function stateId({ name, commit, tree }: TrendLine['baseline']): string {
  return name.includes(':') ? name : (tree ?? commit ?? name);
}

/** As people write it: a commit in short. */
export function stateName({ name, commit }: TrendLine['baseline']): string {
  if (/^[0-9a-f]{40}$/.test(name)) return name.slice(0, 7);
  return name === 'working tree' && commit !== undefined ? commit.slice(0, 7) : name;
}
