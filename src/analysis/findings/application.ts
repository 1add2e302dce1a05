/** Which functions of a stack are the application's own: where it can be changed, and not the library or runtime that works for it. */
import { isForeign, isOfModule } from '../../goruntime/package-names.ts';
import { framesOf, type PprofProfile } from '../../goruntime/profile/types.ts';
import type { GoProgram } from '../../model/go-program.ts';

/**
 * Tells of stacks the functions that the program's author wrote, innermost first; those of libraries where there are none. Each function
 * is judged once, however many stacks it is in.
 */
export function ownFramesIn(program: GoProgram | undefined): (frames: readonly string[]) => string[] {
  const isWritten = remembered((frame) => !isForeign(frame) && frame !== 'main.main');
  const module = program?.module;
  const isOwn = remembered((frame) => module === undefined || isOfModule(frame, module));
  return (frames) => {
    const written = frames.filter(isWritten);
    const own = written.filter(isOwn);
    return own.length > 0 ? own : written;
  };
}

/** Asks of each function once. */
export function remembered(ask: (frame: string) => boolean): (frame: string) => boolean {
  const known = new Map<string, boolean>();
  return (frame) => {
    const answer = known.get(frame) ?? ask(frame);
    known.set(frame, answer);
    return answer;
  };
}

/** One of the application's functions in a profile, in the unit of the column. */
export interface OwnFunction {
  readonly name: string;
  /** Of the stacks in which it is the innermost of the application. */
  readonly inner: number;
  /** Of the stacks in which it is anywhere. */
  readonly cumulative: number;
  /** How far from the innermost of the application it stands on average. */
  readonly depth: number;
}

/** The application's functions in one column of a profile, and the sum of that column. */
export function ownFunctions(
  profile: PprofProfile,
  column: number,
  program: GoProgram | undefined,
): { readonly total: number; readonly functions: readonly OwnFunction[] } {
  const ownFrames = ownFramesIn(program);
  const table = new Map<string, { inner: number; cumulative: number; depths: number }>();
  let total = 0;
  for (const sample of profile.samples) {
    const value = Number(sample.values[column] ?? 0n);
    total += value;
    const seen = new Set<string>();
    for (const [depth, name] of ownFrames(framesOf(sample)).entries()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const row = table.get(name) ?? { inner: 0, cumulative: 0, depths: 0 };
      table.set(name, row);
      if (depth === 0) row.inner += value;
      row.cumulative += value;
      row.depths += depth * value;
    }
  }
  const functions = [...table].map(([name, { inner, cumulative, depths }]) => ({
    name,
    inner,
    cumulative,
    depth: cumulative > 0 ? depths / cumulative : 0,
  }));
  return { total, functions: functions.sort((a, b) => b.cumulative - a.cumulative) };
}

/** A function has to hold so much of what the largest one holds to stand for it. */
const mostOf = 0.5;

/** The function nearest the leaves that still holds most of what the application does: where a change would tell. */
export function tellingFunction(functions: readonly OwnFunction[]): OwnFunction | undefined {
  const largest = functions[0]?.cumulative ?? 0;
  return functions
    .filter(({ cumulative }) => cumulative > 0 && cumulative >= mostOf * largest)
    .toSorted((a, b) => a.depth - b.depth || b.cumulative - a.cumulative)[0];
}
