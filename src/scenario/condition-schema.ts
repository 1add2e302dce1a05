/** `conditions:` and `roles:`: states of the system that are waited for, watched and measured. */
import { z } from 'zod';
import type { Condition, Question } from '../model/condition.ts';
import { refusal, text, whole } from './values.ts';

const example = '{ service: api, http: /status, json: state, equals: ready }';

/** A metric as PromQL selects it: a name, and labels that must be equal. */
const selector = /^([a-zA-Z_:][\w:]*)(?:\{\s*((?:[a-zA-Z_]\w*\s*=\s*"[^"\\]*"\s*,?\s*)*)\})?$/;
/** `members.length`, `[0].role`, `nodes["a.b"]`, with `$` and a dot before it where people are used to that. */
const jsonPath = /^(?:\$(?=[.[]))?(?:\.?[\w-]+|\[\d+\]|\["[^"\\]*"\])(?:\.[\w-]+|\[\d+\]|\["[^"\\]*"\])*$/;

const path = text('a path', '/status').regex(/^\//, { error: (issue) => refusal('a path', issue.input, '/status') });

const input = z.strictObject(
  {
    service: text('a service', 'api'),
    replicas: z
      .union([z.enum(['all', 'any']), whole(1, 200, '3')], {
        error: (issue) => refusal('all, any or how many', issue.input, 'all'),
      })
      .default('all')
      .meta({ description: 'How many of those that are there must say so' }),
    http: path.optional().meta({ description: 'A path that is asked for' }),
    agree: path.optional().meta({ description: 'A path whose answer must be the same from all replicas' }),
    metric: text('a metric', 'raft_is_leader')
      .regex(selector, { error: (issue) => refusal('a metric', issue.input, 'raft_is_leader{group="a"}') })
      .optional()
      .meta({ description: 'A sample of the metrics page; of several that match, their sum' }),
    log: text('a regular expression', 'serving client requests').optional(),
    port: whole(1, 65_535, '8080').optional().meta({ description: 'The port inside the container' }),
    status: whole(100, 599, '200').optional(),
    json: text('a path', 'members.length')
      .regex(jsonPath, {
        error: (issue) => refusal('a path into the JSON of the answer', issue.input, 'members.length'),
      })
      .optional()
      .meta({ description: 'Into the JSON of the answer; length of a list is .length' }),
    members: whole(1, 200, '3').optional().meta({ description: 'How many must answer, and agree' }),
    equals: z
      .union([z.string(), z.number(), z.boolean()], {
        error: 'must be a text, a number, true or false (example: ready)',
      })
      .optional(),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
  },
  {
    error: (issue) => (issue.code === 'invalid_type' ? refusal('a map', issue.input, example) : undefined),
  },
);

/** The keys that say what is asked, each with those that may stand beside it. */
const besides: Readonly<Record<'http' | 'agree' | 'metric' | 'log', readonly string[]>> = {
  http: ['port', 'status', 'json', 'equals', 'atLeast', 'atMost', 'replicas'],
  agree: ['port', 'json', 'members'],
  metric: ['equals', 'atLeast', 'atMost', 'replicas'],
  log: ['replicas'],
};

/** A condition; its mistakes name the key. */
const conditionSchema = input.transform((given, context): Condition => {
  const wrong = (key: string | undefined, message: string) =>
    context.issues.push({ code: 'custom', input: given, path: key === undefined ? [] : [key], message });
  const kinds = (Object.keys(besides) as (keyof typeof besides)[]).filter((key) => given[key] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    wrong(
      undefined,
      `must have one of http, agree, metric or log, got ${kinds.join(' and ') || 'none'} (example: ${example})`,
    );
    return z.NEVER;
  }
  const own = ['service', kind, ...besides[kind]];
  for (const key of Object.keys(given).filter((each) => !own.includes(each) && Reflect.get(given, each) !== undefined))
    if (key !== 'replicas') wrong(key, `is of no use beside ${kind}`);
  if (kind === 'log' && given.log !== undefined && !isPattern(given.log))
    wrong('log', `must be a regular expression, got ${JSON.stringify(given.log)} (example: "serving .* requests")`);
  const { equals, atLeast, atMost } = given;
  const isTested = (equals ?? atLeast ?? atMost) !== undefined;
  if (kind === 'metric' && !isTested) wrong('metric', 'needs equals, atLeast or atMost beside it (example: equals: 1)');
  if (kind === 'http' && isTested !== (given.json !== undefined))
    wrong(
      'json',
      'and one of equals, atLeast and atMost are of no use without each other (example: json: state, equals: ready)',
    );
  return { service: given.service, replicas: given.replicas, question: questionOf(kind, given) };
});

function questionOf(kind: keyof typeof besides, given: z.output<typeof input>): Question {
  const {
    http = '/',
    agree = '/',
    metric = '',
    log = '',
    port,
    status = 200,
    json,
    members,
    equals,
    atLeast,
    atMost,
  } = given;
  const test = { equals, atLeast, atMost };
  if (kind === 'http') return { kind, path: http, port, status, json, test };
  if (kind === 'agree') return { kind, path: agree, port, json, members };
  if (kind === 'log') return { kind, pattern: log };
  const [, name = '', inner = ''] = selector.exec(metric) ?? [];
  const labels = [...inner.matchAll(/([a-zA-Z_]\w*)\s*=\s*"([^"\\]*)"/g)].map(([, label = '', value = '']) => [
    label,
    value,
  ]);
  return { kind, name, labels: Object.fromEntries(labels) as Record<string, string>, test };
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Conditions by name; names may say what holds, as in `members=5`. */
export const conditionsSchema = z.record(
  z.string().regex(/^[A-Za-z0-9][\w.=-]{0,59}$/, {
    error: (issue) => refusal('made of up to 60 letters, digits, dots, dashes and =', issue.input, 'members=5'),
  }),
  conditionSchema,
);
