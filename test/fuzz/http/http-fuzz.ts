/** Holds our connection against Node's HTTP client on random exchanges. */
import { compare, type Difference } from './compare.ts';
import { newDice } from './dice.ts';
import { escaped, outcomeText } from './outcome.ts';
import { cutsOf, randomExchange } from './random-exchange.ts';
import { shrink } from './shrink.ts';

/** What a run found: `accepted` counts the listed differences it met. */
export interface FuzzReport {
  readonly cases: number;
  readonly accepted: ReadonlyMap<string, number>;
  readonly differences: readonly Difference[];
}

/** Tries the exchanges of a seed until `isOver` says so or some kinds of difference were found; each is made small. */
export async function fuzz(seed: number, isOver: (cases: number) => boolean, maxDifferences = 8): Promise<FuzzReport> {
  const dice = newDice(seed);
  const accepted = new Map<string, number>();
  const differences: Difference[] = [];
  let cases = 0;
  for (; !isOver(cases) && differences.length < maxDifferences; cases++) {
    const { accepted: reason, difference } = await compare(randomExchange(dice));
    if (reason !== undefined) accepted.set(reason, (accepted.get(reason) ?? 0) + 1);
    if (difference) differences.push(await shrink(difference));
  }
  return { cases, accepted, differences };
}

/** A difference as lines for a person: the bytes, both outcomes, and how to see it again. */
export function differenceText({ kind, exchange, ours, nodes }: Difference): string {
  const bytes = escaped(Buffer.concat(exchange.reads).toString('latin1'));
  const cuts = cutsOf(exchange);
  const flags = `${cuts.length > 0 ? ` --cuts ${cuts.join(',')}` : ''}${exchange.isHead ? ' --head' : ''}`;
  const show = (outcome: Difference['ours']) => (typeof outcome === 'string' ? outcome : outcomeText(outcome));
  return [
    `difference: ${kind}`,
    `  bytes  ${bytes}`,
    `  ours   ${show(ours)}`,
    `  Node's ${show(nodes)}`,
    `  npm run --silent fuzz:http -- --replay '${bytes}'${flags}`,
  ].join('\n');
}
