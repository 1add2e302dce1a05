/** A judged comparison on stdout. */
import type { Comparison, Judgement } from '../model/comparison.ts';
import { comparisonPage } from '../report/html/comparison/page.ts';
import { comparisonText } from '../report/terminal/comparison.ts';
import type { CommandContext } from './command.ts';
import { jsonText } from './output-format.ts';

/** The forms that a comparison has. */
export const comparisonFormats = ['terminal', 'json', 'html'] as const;

/** Prints a judged comparison to stdout in one of its forms. */
export function printComparison(
  comparison: Comparison & { readonly judgement: Judgement },
  format: string,
  { print, show, color }: CommandContext,
): void {
  if (format === 'json') print(jsonText(comparison));
  else if (format === 'html') print(comparisonPage(comparison, comparison.judgement));
  else show(comparisonText(comparison, { color }));
}
