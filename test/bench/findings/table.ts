/** Judgements to the tables of docs/findings-measured.md; pure. */
import type { Judgement } from './judge.ts';
import type { System } from './systems.ts';

/** A system, what its runs said, and why others said nothing: they failed, or the generator was to blame for their numbers. */
export interface Row {
  readonly system: System;
  readonly judgements: readonly Judgement[];
  readonly failures: readonly string[];
}

/** The table of causes, the table of healthy systems, and how often the tool is right. */
export function markdownTables(rows: readonly Row[]): string {
  const broken = rows.filter(({ system }) => !('healthy' in system.expect));
  const healthy = rows.filter(({ system }) => 'healthy' in system.expect);
  return [
    '| cause | system | first finding right | among the findings | break step right | false causes | runs of no use |',
    '|---|---|---|---|---|---|---|',
    ...broken.map(brokenLine),
    '',
    '| healthy | system | silent above a note | no break | what was said | runs of no use |',
    '|---|---|---|---|---|---|',
    ...healthy.map(healthyLine),
    '',
    ...summary(broken, healthy),
  ].join('\n');
}

function brokenLine({ system, judgements, failures }: Row): string {
  const cells = [
    'cause' in system.expect ? system.expect.cause : '',
    system.name,
    share(judgements, ({ first }) => first),
    share(judgements, ({ any }) => any),
    share(judgements, ({ step }) => step),
    counted(judgements.flatMap(({ strays }) => strays)),
    failures.length === 0 ? '' : String(failures.length),
  ];
  return `| ${cells.join(' | ')} |`;
}

function healthyLine({ system, judgements, failures }: Row): string {
  const cells = [
    'healthy' in system.expect ? system.expect.healthy : '',
    system.name,
    share(judgements, ({ first }) => first),
    share(judgements, ({ step }) => step),
    counted(judgements.flatMap(({ strays }) => strays)),
    failures.length === 0 ? '' : String(failures.length),
  ];
  return `| ${cells.join(' | ')} |`;
}

/**
 * Precision: of the runs whose diagnosis named a cause, those where it was the right one. Recall: of the runs of systems
 * that have a cause, those whose first finding named it.
 */
function summary(broken: readonly Row[], healthy: readonly Row[]): string[] {
  const withCause = broken.flatMap(({ judgements }) => judgements);
  const without = healthy.flatMap(({ judgements }) => judgements);
  const right = withCause.filter(({ first }) => first).length;
  const named = [...withCause, ...without].filter((each) => each.named !== undefined);
  const namedRight = withCause.filter((each) => each.first && each.named !== undefined).length;
  return [
    `Precision ${ratio(namedRight, named.length)}: of all runs whose diagnosis named a cause, those where it was the right one.`,
    `Recall ${ratio(right, withCause.length)}: of all runs of a system with a cause, those whose first finding was it.`,
    `Healthy runs with nothing above a note: ${ratio(without.filter(({ first }) => first).length, without.length)}.`,
  ];
}

function share(judgements: readonly Judgement[], is: (judgement: Judgement) => boolean): string {
  return `${judgements.filter(is).length}/${judgements.length}`;
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? 'not measured' : `${part}/${whole} (${Math.round((100 * part) / whole)} %)`;
}

/** Each name once, with how often, most often first. */
function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
  return sorted.map(([name, count]) => `${name} ${count}`).join(', ');
}
