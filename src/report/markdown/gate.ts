/** A gate as Markdown, for the summary of a job and for a comment on a change: verdict first, then what it rests on. */
import type { CheckOutcome, GateCheck, GateReport } from '../../model/gate-checks.ts';
import { tagTexts } from '../../model/tags.ts';
import { formatLatencyUs, formatNumber, formatShare } from '../../model/units.ts';
import { codeRemarks, codeSentence, functionLines } from '../words/code-words.ts';
import { gateVerdictWords, outcomeWords, signedPercent } from '../words/gate-terms.ts';
import { counted, noValue } from '../words/number-format.ts';
import { signs } from '../words/state-words.ts';
import { fitBlocks, type MarkdownBlock, safe, tableLines } from './text.ts';

/** GitHub refuses a comment of more than 65,536 characters, and counts some of them twice. */
const mostBytes = 60_000;

/** Longer lines are none that anybody reads, and one of them alone could be too long for GitHub. */
const mostLine = 1500;

/** The others are on the page. */
const mostFunctions = 10;

/** Outcomes that somebody has to do something about stand out. */
const strong: readonly CheckOutcome[] = ['worse', 'waived', 'missed'];

/** The Markdown; `commands` say how to get the verdict and the rounds again, each with what it does. */
export function gateMarkdown(
  report: GateReport,
  commands: readonly (readonly [command: string, explanation: string])[],
): string {
  const blocks: MarkdownBlock[] = [
    { lines: [gateMarker(report.scenario)] },
    head(report),
    statements(report),
    { lines: ['### Steps and metrics'] },
    checks(report),
    ...codeBlocks(report),
    ...movedBlocks(report),
    ...(commands.length === 0 ? [] : [{ lines: ['### Again'] }, commandBlock(commands)]),
    foot(report),
  ];
  return fitBlocks(blocks, mostBytes, 'gate.json has them all');
}

/** A line that nobody sees and a program can search for: the comments of one scenario's gates have the same. */
function gateMarker(scenario: string): string {
  return `<!-- rampart gate: ${scenario.replace(/[^\p{L}\p{N}_ .]+/gu, '-')} -->`;
}

function head({ scenario, verdict, baseline, candidate, rounds, tolerance, detect, error }: GateReport): MarkdownBlock {
  const { tone, word } = gateVerdictWords[verdict];
  const margins = `A slowdown up to ${formatShare(tolerance)} is harmless, one from ${formatShare(detect)} on must not pass; either error at most ${formatShare(error)}.`;
  return {
    lines: [
      `## ${line(scenario)}: ${signs[tone]} gate ${word}`,
      '',
      `${line(candidate)} against ${line(baseline)}, ${counted(rounds, 'round')} of both. ${margins}`,
    ],
  };
}

function statements({ statements: all }: GateReport): MarkdownBlock {
  return { lines: all.map(({ label, text }) => `- **${label}** ${line(text)}`), atLeast: 1 };
}

function checks({ checks: all }: GateReport): MarkdownBlock {
  if (all.length === 0) return { lines: ['No step was measured.'] };
  const heads = [
    'step',
    'metric',
    'outcome',
    'change',
    '90 % interval',
    'ruled out above',
    'could see',
    'baseline',
    'candidate',
  ];
  return { lines: tableLines(heads, all.map(checkCells), (at) => at < 3), atLeast: 3 };
}

function checkCells({ step, name, outcome, change, baselineUs, candidateUs }: GateCheck): string[] {
  const interval = change ? `${signedPercent(change.low)} … ${signedPercent(change.high)}` : noValue;
  return [
    step === undefined ? 'whole run' : line(step),
    line(name),
    strong.includes(outcome) ? `**${outcomeWords[outcome]}**` : outcomeWords[outcome],
    change ? signedPercent(change.estimate) : noValue,
    interval,
    outcome === 'ruled-out' && change ? signedPercent(change.upper) : noValue,
    change ? signedPercent(change.detectable) : noValue,
    baselineUs === undefined ? noValue : formatLatencyUs(baselineUs),
    candidateUs === undefined ? noValue : formatLatencyUs(candidateUs),
  ];
}

function codeBlocks({ code }: GateReport): MarkdownBlock[] {
  if (!code) return [];
  const functions = functionLines(code, mostFunctions).map((each, index) => `${index + 1}. ${line(each)}`);
  const remarks = codeRemarks(code).map((each) => `- ${line(each)}`);
  return [
    { lines: ['### Which code', '', `${line(codeSentence(code))}.`] },
    ...(functions.length > 0 ? [{ lines: functions, atLeast: 1 }] : []),
    ...(remarks.length > 0 ? [{ lines: remarks, atLeast: 0 }] : []),
  ];
}

function movedBlocks({ moved }: GateReport): MarkdownBlock[] {
  if (!moved) return [];
  const where = `in ${moved.steps.map(line).join(', ')}`;
  const leftOut = (moved.leftOut ?? []).map((text) => ({ lines: [line(text)] }));
  if (moved.series.length === 0)
    return [
      { lines: ['### What else moved', '', `No series of those that were observed is shown to differ ${where}.`] },
      ...leftOut,
    ];
  const rows = moved.series.map(({ series, unit, before, after }) => {
    const value = (number: number) => `${formatNumber(number)}${unit === '' ? '' : ` ${unit}`}`;
    return [line(series), line(value(before)), line(value(after))];
  });
  const chain = moved.explanation?.links.map(({ text }) => line(text)) ?? [];
  return [
    ...(chain.length > 0 ? [{ lines: ['### What moved, in the order of cause', '', chain.join(' → ')] }] : []),
    {
      lines: [
        '### What else moved',
        '',
        `Series that differ ${where}: associated, not shown to be causes; one in ten may be here by chance.`,
      ],
    },
    { lines: tableLines(['series', 'baseline', 'candidate'], rows, (at) => at < 1), atLeast: 3 },
    ...leftOut,
  ];
}

function commandBlock(commands: readonly (readonly [command: string, explanation: string])[]): MarkdownBlock {
  const text = commands.flatMap(([command, explanation]) => [`# ${plain(explanation)}`, plain(command)]);
  return { lines: ['```sh', ...text, '```'] };
}

/** Within a fence only its end and the end of the line have a meaning. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('```', "'''").slice(0, mostLine);
}

function foot({ id, startedAt, tags, engine, tool }: GateReport): MarkdownBlock {
  const parts = [id, ...tagTexts(tags), startedAt, `${engine} engine`, `${tool.name} ${tool.version}`];
  return { lines: [line(parts.join(', '))] };
}

function line(text: string): string {
  return safe(text.length > mostLine ? `${text.slice(0, mostLine)}…` : text);
}
