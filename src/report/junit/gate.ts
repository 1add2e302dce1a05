/** A gate as JUnit XML: a case for the verdict, and one for each step and metric. */
import type { GateCheck, GateReport } from '../../model/gate-checks.ts';
import { counted } from '../words/number-format.ts';
import { type JunitCase, junitXml } from './xml.ts';

/** How the user wants what is not a pass to count. */
export interface JunitPolicy {
  /** Nothing may break a build. */
  readonly isAdvisory: boolean;
  /** What cannot be told is no failure. */
  readonly isOpenGood: boolean;
}

type Problem = NonNullable<JunitCase['problem']>;

/** The file. */
export function gateJunit(report: GateReport, policy: JunitPolicy): string {
  const { scenario, startedAt, checks, tags = {} } = report;
  const cases = [verdictCase(report, policy), ...checks.map((check) => checkCase(check, report, policy))];
  return junitXml('rampart gate', { name: scenario, startedAt, cases, properties: Object.entries(tags) });
}

/** There is always this one: no file without a case, which many a server takes for success. */
function verdictCase({ verdict, statements, candidate, baseline, rounds }: GateReport, policy: JunitPolicy): JunitCase {
  const output = [
    `${candidate} against ${baseline}, ${counted(rounds, 'round')}`,
    ...statements.map(({ label, text }) => `${label} ${text}`),
  ].join('\n');
  const first = (...labels: string[]) => statements.find(({ label }) => labels.includes(label))?.text ?? verdict;
  const name = 'verdict';
  if (verdict === 'pass') return { name, output };
  if (verdict === 'fail') return { name, output, problem: failed('regression', first('FAIL'), policy) };
  if (verdict === 'invalid') return { name, output, problem: invalid(first('INVALID'), policy) };
  return { name, output, problem: open(first('OPEN'), policy) };
}

function checkCase(
  { name: metric, step, outcome, text }: GateCheck,
  { verdict }: GateReport,
  policy: JunitPolicy,
): JunitCase {
  const name = step === undefined ? metric : `${metric} at step ${step}`;
  switch (outcome) {
    case 'worse':
      return { name, problem: failed('regression', text, policy) };
    case 'missed':
      return { name, problem: failed('rule', text, policy) };
    case 'invalid':
      return { name, problem: invalid(text, policy) };
    case 'waived':
      return { name, problem: { kind: 'skipped', message: `waived: ${text}` } };
    case 'not-judged':
      return { name, problem: { kind: 'skipped', message: text } };
    case 'open':
      // A gate that has failed looks no further, so what is still open then is nobody's fault.
      return { name, problem: verdict === 'fail' ? { kind: 'skipped', message: text } : open(text, policy) };
    default:
      return { name, output: text };
  }
}

function failed(type: string, message: string, { isAdvisory }: JunitPolicy): Problem {
  return isAdvisory ? advisory(message) : { kind: 'failure', type, message };
}

function invalid(message: string, { isAdvisory }: JunitPolicy): Problem {
  return isAdvisory ? advisory(message) : { kind: 'error', type: 'invalid', message };
}

function open(message: string, { isAdvisory, isOpenGood }: JunitPolicy): Problem {
  return isAdvisory || isOpenGood
    ? { kind: 'skipped', message: `cannot tell: ${message}` }
    : { kind: 'failure', type: 'inconclusive', message };
}

function advisory(message: string): Problem {
  return { kind: 'skipped', message: `advisory, would fail: ${message}` };
}
