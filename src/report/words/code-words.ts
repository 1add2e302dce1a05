/** What profile rounds say, in the lines that every report has. */
import type { CodeChanges } from '../../model/code-changes.ts';
import { changedFunctionText, costText, costWords } from '../../model/code-text.ts';
import { shortFunction } from '../../model/function-name.ts';
import { counted } from './number-format.ts';

/** Longer lists are in JSON and on the page. */
export const fewFunctions = 5;

/** Beyond how much of CPU and allocations nothing is said of a whole that did not change. */
type Total = CodeChanges['totals'][number];

/** What these rounds are, and how sure of themselves. */
export function codeSentence({ rounds, message, state, functions }: CodeChanges): string {
  if (state !== 'complete') return message;
  if (functions.length === 0)
    return `${counted(rounds.length, 'round')} with profiles: no function is shown to have changed`;
  return `${counted(rounds.length, 'round')} with profiles: what changed for each request, function by function; of all that are named one in twenty may be here by chance`;
}

/** One line for each function that is named, the one that weighs most first. */
export function functionLines({ functions }: CodeChanges, most = Number.POSITIVE_INFINITY): string[] {
  const lines = functions.slice(0, most).map((each) => `${each.service}: ${changedFunctionText(each)}`);
  const left = functions.length - lines.length;
  return left > 0 ? [...lines, `and ${left} more`] : lines;
}

/** What else has to be known: what only moved, wholes that changed, what could have been seen, and profiles that say nothing. */
export function codeRemarks({ functions, moved, totals, missing }: CodeChanges): string[] {
  const movedLines = new Map(
    moved.map(({ service, name, presence, caller }) => [
      `${service} ${name}`,
      `${service}: ${shortFunction(name)} is ${presence === 'new' ? 'new and does' : 'gone and did'} what ${shortFunction(caller)} costs all the same`,
    ]),
  );
  const blind =
    functions.length === 0 ? totals.filter(({ cost }) => cost === 'cpu' || cost === 'bytes').map(seenText) : [];
  return [
    ...movedLines.values(),
    ...totals.filter(({ isShown }) => isShown).map(totalText),
    ...blind,
    ...missing.map(({ service, profile, message }) => `${profile} profiles of ${service}: ${message}`),
  ];
}

function totalText({ service, cost, before, after, estimate, low, high }: Total): string {
  const sign = (value: number) => `${value < 0 ? '−' : '+'}${costText(cost, value)}`;
  return `${service} in all: ${costText(cost, before)} to ${costText(cost, after)} ${costWords[cost]}, ${sign(estimate)} (${sign(low)} to ${sign(high)})`;
}

function seenText({ service, cost, detectable }: Total): string {
  return `${service}: ${costText(cost, detectable)} more ${costWords[cost]} in one function would have been named, four times in five`;
}
