/** Steps and targets in which something was seen, and the one finding that they make together. */
import type { StepResult } from '../../model/run-result.ts';
import { breakWithoutFaults } from './harm.ts';
import type { Found, RunEvidence } from './rule.ts';
import { serviceTables, type Table } from './vitals.ts';

/** One target in one step, and how much of what is looked for was there. */
export interface Place {
  readonly step: StepResult;
  readonly target: string;
  readonly table: Table;
  readonly value: number;
}

/** Every service in every step that has a value: those of the step that broke first, as what is told of a break has its numbers; then largest first. */
export function placesOf(run: RunEvidence, look: (at: Omit<Place, 'value'>) => number | undefined): readonly Place[] {
  const { breaks } = breakWithoutFaults(run);
  return run.steps
    .flatMap((step) =>
      serviceTables(step).flatMap(([target, table]) => {
        const value = look({ step, target, table });
        return value === undefined ? [] : [{ step, target, table, value }];
      }),
    )
    .sort((a, b) => Number(b.step === breaks) - Number(a.step === breaks) || b.value - a.value);
}

type Words = Pick<Found, 'severity' | 'title' | 'advice'> & Partial<Found>;

/** One finding of all these places, with the worst four as evidence; `places` has the worst first and is not empty. */
export function foundAt(
  run: RunEvidence,
  places: readonly Place[],
  series: readonly string[],
  evidence: (at: Place) => string,
  words: Words,
): Found {
  const targets = [...new Set(places.map(({ target }) => target))];
  const names = new Set(places.map(({ step }) => step.name));
  const steps = run.steps.filter(({ name }) => names.has(name));
  const shown = targets.slice(0, 4).flatMap((target) => {
    const known = series.filter((name) => run.series.some((one) => one.name === name && one.target === target));
    return known.map((name) => ({ target, series: name }));
  });
  return {
    evidence: places.slice(0, 4).map((at) => `${at.step.name}, ${at.target}: ${evidence(at)}`),
    steps: steps.map(({ name }) => name),
    targets,
    ...(steps[0] ? { sinceUs: steps[0].startUs } : {}),
    charts: shown,
    ...words,
  };
}

/** The service of a target, as sentences name it; of several targets, with how many more. */
export function nameOf({ targets }: Pick<RunEvidence, 'targets'>, ids: readonly string[]): string {
  const services = [...new Set(ids.map((id) => targets.find((one) => one.id === id)?.service ?? id))];
  const [first = 'a service', ...more] = services;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
