/** Every function of every service and cost, tested as one family. */
import { falseDiscoveryRates } from '../../goruntime/profile/poisson.ts';
import type { Cost } from '../../model/code-changes.ts';
import { type Cells, falseShare, type PairedTest, pairedTest, type TestTerms, termsOf } from './paired-test.ts';
import type { ServiceCosts, StackCost } from './stack-costs.ts';
import { calledLibrary } from './telling-frames.ts';

/** Functions whose stacks have less of a total, in both arms together, are not asked about: asking has a price for all others. */
const leastShare = 0.0025;
/** Nor are those of which less was counted: nothing could be shown of them. */
const leastCount = 10;
/** A change of less of a total, or of less than this for each request, is none that anybody looks for. */
const leastChangeShare = 0.01;
const leastChange: Readonly<Record<Cost, number>> = { cpu: 0.2, bytes: 16, objects: 0.05, lock: 1, off: 2, waited: 1 };
/** A wait that is shorter than this share of the response time is as good as none. */
const leastOfResponse = 0.005;

/** One cost of one service: its whole, each of its functions with all that it calls, and the parts of each that are its own. */
export interface TestedCosts extends ServiceCosts {
  readonly whole: PairedTest;
  /** By name; q is over all functions and parts of all costs and services. */
  readonly functions: ReadonlyMap<string, FunctionTest>;
  /** By `partOf`: smaller, so that less of a change is lost in the noise of the rest. */
  readonly parts: ReadonlyMap<string, FunctionTest>;
  /** A change below it is not told, in the unit of the cost. */
  readonly least: number;
  readonly terms: TestTerms;
}

/** What a stack is a part of: its innermost function, itself or in one of the standard library that it calls. */
export function partOf({ frames, telling: [innermost = ''] }: StackCost): string {
  return `${innermost}\n${calledLibrary(frames, innermost) ?? ''}`;
}

/** A function with all that it calls, or a part of it. */
interface FunctionTest {
  readonly test: PairedTest;
  readonly q: number;
  readonly isShown: boolean;
}

/** Tests all of them; `responseUs` is how long a request takes on average. */
export function testFunctions(all: readonly ServiceCosts[], responseUs: number): TestedCosts[] {
  const asked = all.map((costs) => {
    const whole = sumOf(costs, () => true);
    const floor = Math.max(
      leastChange[costs.cost],
      isWait(costs.cost) || costs.cost === 'off' ? leastOfResponse * responseUs : 0,
    );
    const functions = cellsBy(costs, whole, ({ telling }) => telling);
    const parts = cellsBy(costs, whole, (stack) => [partOf(stack)]);
    const terms = termsOf(whole, costs.cost, floor);
    return { costs, test: pairedTest(whole, terms), terms, functions, parts };
  });
  // Functions that only call each other cost the same: they are one question.
  const questions = asked.map(({ functions, parts, terms }) => {
    const different = new Map<string, PairedTest>();
    for (const cells of [...functions.values(), ...parts.values()]) {
      const key = cells.values.join();
      if (!different.has(key)) different.set(key, pairedTest(cells, terms));
    }
    return different;
  });
  const family = questions.flatMap((each) => [...each.values()]);
  const shares = falseDiscoveryRates(family.map(({ p }) => p));
  const qOf = new Map(family.map((test, index) => [test, shares[index] ?? 1]));
  return asked.map(({ costs, test: whole, functions, parts, terms }, index) => {
    const largest = Math.max(whole.before, whole.after);
    const least = Math.max(terms.floor, isWait(costs.cost) ? 0 : leastChangeShare * largest);
    const answer = (cells: Cells): FunctionTest => {
      const test = questions[index]?.get(cells.values.join()) ?? pairedTest(cells, terms);
      const q = qOf.get(test) ?? 1;
      return { test, q, isShown: q <= falseShare && test.isSteady && Math.abs(test.estimate) >= least };
    };
    const answers = (all: ReadonlyMap<string, Cells>) =>
      new Map([...all].map(([name, cells]) => [name, answer(cells)]));
    return { ...costs, whole, least, terms, functions: answers(functions), parts: answers(parts) };
  });
}

/** What all stacks that are meant cost together. */
export function sumOf({ stacks, rounds }: ServiceCosts, isMeant: (stack: StackCost) => boolean): Cells {
  const sum = { values: new Float64Array(2 * rounds.length), variances: new Float64Array(2 * rounds.length) };
  for (const stack of stacks) if (isMeant(stack)) addTo(sum, stack);
  return sum;
}

/** How many questions a family of tests has. */
export function questionsIn(all: readonly TestedCosts[]): number {
  return new Set(
    all.flatMap(({ functions, parts }) => [...functions.values(), ...parts.values()].map(({ test }) => test)),
  ).size;
}

function isWait(cost: Cost): boolean {
  return cost === 'lock' || cost === 'waited';
}

function cellsBy(
  { stacks, rounds, cost }: ServiceCosts,
  whole: Cells,
  namesOf: (stack: StackCost) => readonly string[],
): Map<string, Cells> {
  const functions = new Map<string, Cells>();
  for (const stack of stacks) {
    for (const name of namesOf(stack)) {
      const cells = functions.get(name) ?? {
        values: new Float64Array(2 * rounds.length),
        variances: new Float64Array(2 * rounds.length),
      };
      functions.set(name, cells);
      addTo(cells, stack);
    }
  }
  const all = total(whole.values);
  return new Map(
    [...functions].filter(([, { values, variances }]) => {
      const value = total(values);
      const noise = total(variances);
      const counted = noise > 0 ? value ** 2 / noise : 0;
      return value >= leastShare * all && (isWait(cost) || counted >= leastCount);
    }),
  );
}

function addTo(sum: Cells, { values, variances }: Cells): void {
  for (let cell = 0; cell < sum.values.length; cell++) {
    sum.values[cell] = (sum.values[cell] ?? 0) + (values[cell] ?? 0);
    sum.variances[cell] = (sum.variances[cell] ?? 0) + (variances[cell] ?? 0);
  }
}

function total(cells: Float64Array): number {
  return cells.reduce((sum, value) => sum + value, 0);
}
