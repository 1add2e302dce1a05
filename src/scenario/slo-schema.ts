/** An entry of `slo:`: a rule as text, a map with what it is about, or the name of a request and its rule. */
import { z } from 'zod';
import type { SloRule } from '../model/slo-rule.ts';
import { isStepRule } from '../model/slo-rule.ts';
import { ofRequest, type ReadRule, readRule, sloExample } from './slo.ts';
import { duration, refusal, show, text } from './values.ts';

const ruleMap = z.strictObject({
  rule: z.string({ error: (issue) => refusal('a rule', issue.input, sloExample) }),
  request: text('a request', 'add')
    .optional()
    .meta({ description: 'The name of the request that it is about; all of them together without it' }),
  step: z.string().optional().meta({ description: 'The step that it is about; every measured step without it' }),
  steps: z
    .array(text('a step', '500'), { error: (issue) => refusal('a list of steps', issue.input, '[500, 1000]') })
    .min(1, { error: 'must name at least one step (example: [500, 1000])' })
    .optional()
    .meta({ description: 'The steps that it is about, each by itself' }),
  over: z
    .enum(['steps', 'run'], { error: (issue) => refusal('steps or run', issue.input, 'run') })
    .default('steps')
    .meta({ description: 'run: judged once, on all measured steps together; steps: on each by itself' }),
  abort: z
    .boolean({ error: (issue) => refusal('true or false', issue.input, 'true') })
    .default(false)
    .meta({ description: 'Whether a run ends as soon as it is surely broken' }),
  after: duration.optional().meta({ description: 'How long what it is about goes on before it may end the run' }),
});

/** `- add: p99 < 20ms`. */
const ofOneRequest = z.record(z.string(), z.string()).superRefine((input, context) => {
  // No mistake of its own: of a map with more keys the other form is the one that was meant.
  if (Object.keys(input).length !== 1)
    context.issues.push({ code: 'invalid_key', origin: 'record', issues: [], input });
});

/** One rule; everything wrong with it is told. */
export const sloSchema = z
  .union([z.string(), ruleMap, ofOneRequest], { error: (issue) => refusal('a rule', issue.input, sloExample) })
  .transform((input, context): SloRule => {
    const refuse = (path: string[], message: string) => {
      context.issues.push({ code: 'custom', input, path, message });
      return z.NEVER;
    };
    if (typeof input === 'string') {
      const read = readRule(input);
      return 'rule' in read ? read.rule : refuse([], ruleRefusal(input, read.mistake));
    }
    if (isMap(input)) {
      const read = ruleOf(input);
      const mistakes = mapMistakes(input, read);
      for (const [key, message] of mistakes) refuse([key], message);
      return 'rule' in read && mistakes.length === 0 ? read.rule : z.NEVER;
    }
    const [[request = '', rule = ''] = []] = Object.entries(input);
    const read = named(request, rule);
    return 'rule' in read ? read.rule : refuse([request], ruleRefusal(rule, read.mistake));
  });

/** Why a text is no rule, with what it is. */
export function ruleRefusal(given: string, mistake: string): string {
  return `must be a rule, got ${show(given)}: ${mistake} (example: ${sloExample})`;
}

type RuleMap = z.output<typeof ruleMap>;

function isMap(input: RuleMap | Readonly<Record<string, string>>): input is RuleMap {
  return 'rule' in input && 'abort' in input;
}

/** A rule with its request told beside it. */
function named(request: string, rule: string): ReadRule {
  const read = readRule(rule);
  if (!('rule' in read)) return read;
  if (read.rule.request !== undefined) return { mistake: 'it names a request itself: name it once' };
  return ofRequest(request, { ...read.rule, text: `${request}: ${read.rule.text}` });
}

function ruleOf({ rule, request, step, steps, over, abort, after }: RuleMap): ReadRule {
  const read = request === undefined ? readRule(rule) : named(request, rule);
  if (!('rule' in read)) return read;
  return {
    rule: {
      ...read.rule,
      ...(step === undefined ? {} : { step }),
      ...(steps ? { steps } : {}),
      ...(over === 'run' ? { over } : {}),
      ...(abort ? { abort: { afterMs: after ?? 0 } } : {}),
    },
  };
}

/** What is wrong with a map, by key. */
function mapMistakes(
  { rule, step, steps, over, abort, after }: RuleMap,
  read: ReadRule,
): [key: string, message: string][] {
  const found: [string, string][] = [];
  if (step !== undefined && steps) found.push(['steps', 'must not be given beside step: which of the two is meant?']);
  if (over === 'run' && (step !== undefined || steps))
    found.push(['over', 'must not be run where steps are named: it is about all measured steps together']);
  if (after !== undefined && !abort) found.push(['after', 'does nothing without abort: true']);
  if (!('rule' in read)) return [...found, ['rule', ruleRefusal(rule, read.mistake)]];
  if (isStepRule(read.rule)) return found;
  const { metric } = read.rule;
  const about = { step, steps, over: over === 'run' ? over : undefined };
  for (const [key, value] of Object.entries(about))
    if (value !== undefined) found.push([key, `must not be given with ${metric}, which is of no step: remove it`]);
  if (abort)
    found.push(['abort', `must not be given with ${metric}, which is known only when the run is over: remove it`]);
  return found;
}
