/** The whole page: one file that loads nothing. */
import type { RunResult } from '../../../model/run-result.ts';
import { isObservation } from '../../words/observed-table.ts';
import { stateWords } from '../../words/state-words.ts';
import { chartsPart } from '../charts/charts-part.ts';
import { type ReportData, reportData } from '../charts/report-data.ts';
import { documentText } from '../document.ts';
import { html, jsonForScript, type Markup, raw } from '../markup.ts';
import { answerPart } from './answer-part.ts';
import { glossaryPart, observedPart, resolvedPart } from './appendix.ts';
import { findingsPart, sloPart } from './findings.ts';
import { headerPart } from './header.ts';
import { observedTargetsPart } from './observed-targets.ts';
import { stepDetailsPart } from './step-details.ts';
import { stepsPart } from './steps-table.ts';

/** Texts that are put into the page as they are. */
export interface PageTexts {
  readonly styles: string;
  readonly scripts: readonly string[];
}

/** The page of a result. */
export function page(result: RunResult, texts: PageTexts): string {
  const data = reportData(result);
  const title = `${result.scenario.name}: ${stateWords(result).word.toLowerCase()}`;
  const main = html`${headerPart(result)}
${answerPart(result)}
${findingsPart(result)}
${isObservation(result) ? observedTargetsPart(result) : stepsPart(result)}
${sloPart(result)}
${chartsPart(data)}
${stepDetailsPart(result)}
${observedPart(result)}
${resolvedPart(result)}
${glossaryPart(result)}`;
  return pageAround(title, main, data, texts);
}

/** A page with this title and content, and the data of its charts. */
export function pageAround(title: string, main: Markup, data: ReportData, texts: PageTexts): string {
  const scripts = html`<script type="application/json" id="report-data">${jsonForScript(data)}</script>
${texts.scripts.map((script) => html`<script>${raw(script)}</script>\n`)}`;
  return documentText({ title, styles: texts.styles, main, scripts });
}
