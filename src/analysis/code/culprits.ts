/** Of all functions whose cost is shown to have changed, those that the change is in: not their callers, and not what only changed its name. */
import type { ChangedFunction, CodeChange, CodeChanges, Cost } from '../../model/code-changes.ts';
import { partOf, sumOf, type TestedCosts } from './function-tests.ts';
import { type PairedTest, pairedTest } from './paired-test.ts';
import type { StackCost } from './stack-costs.ts';
import { calledLibrary, type FrameKind } from './telling-frames.ts';

/** How much of its change must be a function's own, and not of one that it calls and that is named as well. */
const leastOwn = 0.3;
/** The error of what is asked only of functions that are shown to have changed. */
const secondError = 0.05;
/** So much of a change under one caller, or in one function of a library, is most of it. */
const most = 0.75;
/** What costs more times as much is something else. */
const mostLarger = 2;
/** A new function whose caller costs what it did has moved work and added less than this share of it. */
const mostAdded = 0.5;

/** What a microsecond, byte or object weighs when functions are put in order; a wait follows from other things more often than it is one. */
const weights: Readonly<Record<Cost, number>> = {
  cpu: 1,
  bytes: 0.001,
  objects: 0.05,
  lock: 0.3,
  off: 0.3,
  waited: 0.01,
};

/** A function with what is its own of one cost. */
interface Culprit {
  readonly costs: TestedCosts;
  readonly name: string;
  readonly kind: FrameKind;
  readonly presence: ChangedFunction['presence'];
  readonly stacks: readonly StackCost[];
  readonly test: PairedTest;
  readonly q: number;
  readonly caller: string | undefined;
  readonly was?: string;
}

/** The functions that are named, and those that only took over, or gave away, what their caller still does. */
export function culpritsIn(all: readonly TestedCosts[]): Pick<CodeChanges, 'functions' | 'moved'> {
  const presenceOf = presences(all);
  const found = all.flatMap((costs) => withoutNames(deepest(costs, presenceOf)));
  const moved = found.filter(isMoved);
  const left = found.filter((each) => !moved.includes(each) && !moved.some((one) => gaveTo(each, one)));
  const byFunction = new Map<string, Culprit[]>();
  for (const each of left) {
    const key = `${each.costs.service}\n${each.name}`;
    byFunction.set(key, [...(byFunction.get(key) ?? []), each]);
  }
  const functions = [...byFunction.values()].map((same) => same.sort((a, b) => weightOf(b) - weightOf(a)));
  return {
    functions: functions.sort(byWeight).flatMap(functionOf),
    moved: moved.flatMap(({ costs: { service, cost }, name, presence, test: { estimate }, caller }) =>
      presence === 'both' || caller === undefined ? [] : [{ service, cost, name, presence, estimate, caller }],
    ),
  };
}

type PresenceOf = (service: string, name: string) => ChangedFunction['presence'];

/** A function that only has no cost of one kind in an arm is there all the same: what it is is asked of all kinds of profiles. */
function presences(all: readonly TestedCosts[]): PresenceOf {
  const seen = new Map<string, Set<number>>();
  for (const { service, stacks } of all)
    for (const { telling, values } of stacks) {
      const arms = [0, 1].filter((arm) => values.some((value, cell) => cell % 2 === arm && value !== 0));
      for (const name of telling) {
        const key = `${service}\n${name}`;
        seen.set(key, new Set([...(seen.get(key) ?? []), ...arms]));
      }
    }
  return (service, name) => {
    const arms = seen.get(`${service}\n${name}`);
    if (!arms?.has(0)) return 'new';
    return arms.has(1) ? 'both' : 'gone';
  };
}

/**
 * Each stack belongs to the innermost function that is shown to have changed, or whose part it is in is; what is left of each by that is its
 * own.
 */
function deepest(costs: TestedCosts, presenceOf: PresenceOf): Culprit[] {
  const whole = new Map<string, StackCost[]>();
  const parts = new Map<string, StackCost[]>();
  for (const stack of costs.stacks) {
    const [innermost] = stack.telling;
    const isPart = costs.parts.get(partOf(stack))?.isShown === true;
    const owner = isPart ? innermost : stack.telling.find((name) => costs.functions.get(name)?.isShown);
    if (owner === undefined) continue;
    const table = isPart ? parts : whole;
    table.set(owner, [...(table.get(owner) ?? []), stack]);
  }
  return [...new Set([...parts.keys(), ...whole.keys()])].flatMap((name) => {
    const [part, rest] = [parts.get(name) ?? [], whole.get(name) ?? []];
    // A function that is shown by a part of it may have changed in no other.
    return (
      culprit(costs, name, [...part, ...rest], part, presenceOf) ??
      (part.length > 0 ? (culprit(costs, name, part, part, presenceOf) ?? []) : [])
    );
  });
}

function culprit(
  costs: TestedCosts,
  name: string,
  stacks: readonly StackCost[],
  parts: readonly StackCost[],
  presenceOf: PresenceOf,
): Culprit | undefined {
  const tests = [costs.functions.get(name), ...parts.map((stack) => costs.parts.get(partOf(stack)))].filter(
    (each) => each?.isShown,
  );
  const [first] = stacks;
  const [shown] = tests.sort((a, b) => (a?.q ?? 1) - (b?.q ?? 1));
  if (!shown || !first) return undefined;
  const test = testOf(costs, stacks);
  const isOwn =
    isChange(costs, test) &&
    test.estimate * shown.test.estimate > 0 &&
    Math.abs(test.estimate) >= leastOwn * Math.abs(shown.test.estimate);
  if (!isOwn) return undefined;
  const presence = presenceOf(costs.service, name);
  const caller = mostly(stacks, test.estimate, (stack) => stack.telling[stack.telling.indexOf(name) + 1]);
  return { costs, name, kind: first.kind, presence, stacks, test, q: shown.q, caller };
}

function testOf(costs: TestedCosts, stacks: readonly StackCost[]): PairedTest {
  const meant = new Set(stacks);
  return pairedTest(
    sumOf(costs, (stack) => meant.has(stack)),
    costs.terms,
  );
}

/** What is asked of something that is known to have changed in some way. */
function isChange({ least }: TestedCosts, { p, isSteady, estimate }: PairedTest): boolean {
  return p <= secondError && isSteady && Math.abs(estimate) >= least;
}

/** From the same caller, and not of another size. */
function isLike({ caller, test: { after } }: Culprit, gone: Culprit): boolean {
  const { before } = gone.test;
  return caller === gone.caller && after <= mostLarger * before && before <= mostLarger * after;
}

/** A new function in place of one that is gone is one under another name. */
function withoutNames(culprits: readonly Culprit[]): Culprit[] {
  const gone = culprits.filter(({ presence }) => presence === 'gone');
  const paired = new Map<Culprit, Culprit>();
  for (const each of culprits) {
    if (each.presence !== 'new') continue;
    const before = gone.find((one) => isLike(each, one) && ![...paired.values()].includes(one));
    if (before) paired.set(each, before);
  }
  return culprits.flatMap((each) => {
    if ([...paired.values()].includes(each)) return [];
    const before = paired.get(each);
    if (!before) return [each];
    const { costs } = each;
    const stacks = [...each.stacks, ...before.stacks];
    const test = testOf(costs, stacks);
    return isChange(costs, test)
      ? [{ ...each, stacks, test, presence: 'both' as const, was: before.name }]
      : [each, before];
  });
}

/** What is new or gone while all the rest below its caller made up for it. */
function isMoved({ costs, presence, caller, stacks, test }: Culprit): boolean {
  if (presence === 'both' || caller === undefined) return false;
  const whole = costs.functions.get(caller)?.test;
  const own = new Set(stacks);
  const rest = testOf(
    costs,
    costs.stacks.filter((stack) => stack.telling.includes(caller) && !own.has(stack)),
  );
  const isMadeUp = rest.p <= secondError && rest.isSteady && rest.estimate * test.estimate < 0;
  const added = Math.abs(rest.estimate + test.estimate);
  return isMadeUp && added < mostAdded * Math.abs(test.estimate) && (whole?.p ?? 1) > secondError;
}

/** What a function does not do itself any more, or does again, because one that it calls is new or gone, costs it what it did. */
function gaveTo({ costs, name, test }: Culprit, moved: Culprit): boolean {
  const isBetween = moved.costs === costs && moved.caller === name && moved.test.estimate * test.estimate < 0;
  return isBetween && (costs.functions.get(name)?.test.p ?? 0) > secondError;
}

/** The one of these that most of a change is under. */
function mostly(
  stacks: readonly StackCost[],
  estimate: number,
  nameOf: (stack: StackCost) => string | undefined,
): string | undefined {
  const changes = new Map<string, number>();
  for (const stack of stacks) {
    const name = nameOf(stack);
    if (name === undefined) continue;
    const rounds = stack.values.length / 2;
    const change = stack.values.reduce((sum, value, cell) => sum + (cell % 2 === 1 ? value : -value), 0) / rounds;
    changes.set(name, (changes.get(name) ?? 0) + change);
  }
  const [largest] = [...changes].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  return largest && largest[1] / estimate >= most ? largest[0] : undefined;
}

function weightOf({ costs, test }: Culprit): number {
  return weights[costs.cost] * test.estimate;
}

const kinds: readonly FrameKind[] = ['own', 'library', 'runtime'];

/** The service's own before what it uses, what costs more before what costs less, and what weighs most first. */
function byWeight(one: readonly Culprit[], other: readonly Culprit[]): number {
  const [a, b] = [one, other].map((same) => ({
    kind: kinds.indexOf(same[0]?.kind ?? 'runtime'),
    weight: same.reduce((sum, each) => sum + weightOf(each), 0),
  }));
  if (!a || !b) return 0;
  if (a.kind !== b.kind) return a.kind - b.kind;
  return a.weight > 0 || b.weight > 0 ? b.weight - a.weight : a.weight - b.weight;
}

function functionOf(same: readonly Culprit[]): ChangedFunction[] {
  const [first] = same.toSorted((a, b) => Math.abs(weightOf(b)) - Math.abs(weightOf(a)));
  if (!first) return [];
  const { costs, name, kind, presence, was, caller, stacks, test } = first;
  const within =
    kind === 'own' ? mostly(stacks, test.estimate, (stack) => calledLibrary(stack.frames, name)) : undefined;
  return [
    {
      service: costs.service,
      name,
      kind,
      presence,
      ...(was === undefined ? {} : { was }),
      ...(caller === undefined ? {} : { caller }),
      ...(within === undefined ? {} : { within }),
      changes: same.toSorted((a, b) => Math.abs(weightOf(b)) - Math.abs(weightOf(a))).map(changeOf),
    },
  ];
}

function changeOf({ costs: { cost }, test, q }: Culprit): CodeChange {
  const { before, after, estimate, low, high, rounds } = test;
  return { cost, before, after, estimate, low, high, rounds: [...rounds], q };
}
