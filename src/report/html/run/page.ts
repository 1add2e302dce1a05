/** The whole page: one file that loads nothing. */
import { isObservation } from '../../../model/raw-run.ts';
import type { RunResult, StepResult } from '../../../model/run-result.ts';
import { measuredSteps } from '../../words/answer.ts';
import { stateWords } from '../../words/state-words.ts';
import { chartsPart } from '../charts/charts-part.ts';
import { queueStripsPart } from '../charts/queue-strips-part.ts';
import { type ReportData, reportData } from '../charts/report-data.ts';
import { type DocumentParts, documentPieces, documentText } from '../document.ts';
import { html, type Markup } from '../markup.ts';
import { answerPart } from './answer-part.ts';
import { glossaryPart, loadTerms, observedPart, resolvedPart } from './appendix.ts';
import { diagnosisPart } from './diagnosis-part.ts';
import { faultAnswerPart } from './fault-answer.ts';
import { faultsPart } from './faults-part.ts';
import { findingsPart, sloPart } from './findings.ts';
import { environmentPart, headerPart } from './header.ts';
import { latencyShapePart } from './latency-shape.ts';
import { mainChart } from './main-chart.ts';
import { observedTargetsPart } from './observed-targets.ts';
import { observedDetailsPart, stepDetailsPart } from './step-details.ts';
import { stepsPart } from './steps-table.ts';
import { tracesPart } from './traces-part.ts';

/** Texts that are put into the page as they are. */
export interface PageTexts {
  readonly styles: string;
  readonly scripts: readonly string[];
}

/** What the page of a run with load has in other words than that of a mere look. */
interface OwnParts {
  readonly table: (result: RunResult) => Markup;
  readonly details: (result: RunResult) => Markup | undefined;
  readonly unusedTerms: readonly string[];
  /** Whether a step says anything. */
  readonly isMeasured: (step: StepResult) => boolean;
}

const loadParts: OwnParts = {
  table: stepsPart,
  details: stepDetailsPart,
  unusedTerms: [],
  isMeasured: ({ load }) => load.planned > 0,
};

const lookParts: OwnParts = {
  table: observedTargetsPart,
  details: observedDetailsPart,
  unusedTerms: loadTerms,
  isMeasured: ({ targets }) => Object.keys(targets).some((target) => target !== 'host'),
};

/** The page of a result. */
export function page(result: RunResult, texts: PageTexts): string {
  return [...pagePieces(result, texts)].join('');
}

/** The same, piece by piece. */
export function pagePieces(result: RunResult, texts: PageTexts): Iterable<string> {
  const { table, details, unusedTerms, isMeasured } = isObservation(result.scenario) ? lookParts : loadParts;
  const data = reportData(result);
  const title = `${result.scenario.name}: ${stateWords(result).word.toLowerCase()}`;
  const main = html`${headerPart(result)}
${faultAnswerPart(result)}
${diagnosisPart(result)}
${mainChart(result)}
${answerPart(result)}
${faultsPart(result)}
${findingsPart(result, measuredSteps(result).some(isMeasured))}
${tracesPart(result)}
${table(result)}
${sloPart(result)}
${latencyShapePart(result, data)}
${chartsPart(data, queueStripsPart(result.localQueues, data))}
${details(result)}
${observedPart(result)}
${environmentPart(result)}
${resolvedPart(result)}
${glossaryPart(unusedTerms)}`;
  return documentPieces(partsAround(title, main, data, texts));
}

/** A page with this title and content, and the data of its charts. */
export function pageAround(title: string, main: Markup, data: ReportData, texts: PageTexts): string {
  return documentText(partsAround(title, main, data, texts));
}

function partsAround(title: string, main: Markup, data: ReportData, { styles, scripts }: PageTexts): DocumentParts {
  return { title, styles, main, data: { 'report-data': data }, scripts };
}
