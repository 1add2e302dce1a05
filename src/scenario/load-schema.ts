/** The `load:` block: request, arrivals and steps; steps are turned into rate shapes here. */
import { z } from 'zod';
import type { LoadSpec, LoadStep, RateShape } from '../model/scenario.ts';
import { feedersSchema, requestSchema, requestsSchema } from './request-schema.ts';
import { duration, pause, rate, refusal, text, whole } from './values.ts';

const hour = 3_600_000;
const mostWorkers = 64;

const stepInput = z
  .strictObject({
    name: text('a name', 'warm-up').max(60, { error: 'must be at most 60 characters long' }).optional(),
    for: duration,
    measure: z.boolean({ error: (issue) => refusal('true or false', issue.input, 'false') }).default(true),
    rate: rate.optional(),
    from: rate.optional(),
    to: rate.optional(),
    stairs: whole(2, 200, '5').optional(),
    peak: rate.optional(),
    peakFor: duration.optional(),
    amplitude: rate.optional(),
    period: duration.optional(),
  })
  .meta({ description: 'rate; or from, to and perhaps stairs; or rate, peak, peakFor; or rate, amplitude, period' });

type StepInput = z.output<typeof stepInput>;

const step = stepInput.transform((input, context): LoadStep[] => {
  const steps = toSteps(input);
  if (typeof steps !== 'string') return steps;
  context.issues.push({ code: 'custom', input, message: steps });
  return z.NEVER;
});

/** The `load:` block of a scenario; its output is a `LoadSpec`. */
export const loadSchema = z
  .strictObject({
    mode: z
      .enum(['open', 'closed'], { error: (issue) => refusal('open or closed', issue.input, 'open') })
      .default('open')
      .meta({ description: 'open keeps the schedule whatever the target does; closed keeps maxConnections busy' }),
    http: z
      .literal([1, 2], { error: (issue) => refusal('1 or 2', issue.input, '2') })
      .default(1)
      .meta({
        description:
          'HTTP/1.1, or HTTP/2: h2 over TLS, else h2c with prior knowledge. A connection then carries as many requests at a time as the target allows. A request costs the generator two to three times the CPU time of HTTP/1.1',
      }),
    request: requestSchema.optional().meta({ description: 'What every arrival sends; GET / without it' }),
    requests: requestsSchema.optional().meta({ description: 'What arrivals send, chosen by weight' }),
    feeders: feedersSchema.meta({
      description: 'Rows of data for the places in path, header values and body',
    }),
    arrivals: z
      .enum(['uniform', 'poisson'], { error: (issue) => refusal('uniform or poisson', issue.input, 'uniform') })
      .default('uniform'),
    maxConnections: whole(1, 10_000, '1000').default(1000),
    workers: z
      .union([z.literal('auto'), whole(1, mostWorkers, '2')], {
        error: (issue) => refusal(`auto or a whole number from 1 to ${mostWorkers}`, issue.input, 'auto'),
      })
      .default('auto')
      .meta({
        description:
          'Threads that share an open load out, with their part of maxConnections each; auto takes more than one above 12000/s, and one for every four cores at most',
      }),
    priority: z
      .enum(['normal', 'high'], { error: (issue) => refusal('normal or high', issue.input, 'high') })
      .default('normal')
      .meta({
        description:
          'high: the generator comes before its target where they share processors, so that it is late less often; takes root or CAP_SYS_NICE',
      }),
    maxQueue: whole(0, 1_000_000, '500').optional().meta({
      description:
        'How many arrivals may wait when all connections are busy; one more is dropped. Without it any number, each up to its timeout',
    }),
    timeout: duration.refine((ms) => ms <= hour, { error: 'must be at most 1h' }).prefault('10s'),
    idle: pause.prefault('2s').meta({ description: 'How long the idle topology is observed before the first step' }),
    steps: z
      .array(step, { error: (issue) => refusal('a list of steps', issue.input, '- { rate: 500/s, for: 10s }') })
      .min(1, { error: 'must have at least one step (example: - { rate: 500/s, for: 10s })' }),
  })
  .transform((input, context): LoadSpec => {
    const steps = input.steps.flat();
    for (const message of stepMistakes(steps))
      context.issues.push({ code: 'custom', input: input.steps, path: ['steps'], message });
    const { timeout, idle, request, requests, ...rest } = input;
    if (request && requests) {
      const message = 'must not be given beside load.request: give one of the two';
      context.issues.push({ code: 'custom', input: requests, path: ['requests'], message });
    }
    const sent = requests ?? [request ?? requestSchema.parse({})];
    for (const message of http2Mistakes(input.http, input.mode, sent))
      context.issues.push({ code: 'custom', input: input.http, path: ['http'], message });
    if (input.mode === 'closed' && input.workers !== 'auto') {
      const message = 'must be left out with mode: closed, which has one worker';
      context.issues.push({ code: 'custom', input: input.workers, path: ['workers'], message });
    }
    if (rest.mode === 'closed' && rest.maxQueue !== undefined) {
      const message = 'must not be given with mode: closed, where no arrival waits: remove it';
      context.issues.push({ code: 'custom', input: rest.maxQueue, path: ['maxQueue'], message });
    }
    return {
      ...rest,
      requests: sent,
      steps,
      timeoutMs: timeout,
      idleMs: idle,
    };
  });

/** Header fields that belong to one connection, which HTTP/2 has no place for (RFC 9113, 8.2.2). */
const connectionFields = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te'];

function http2Mistakes(http: 1 | 2, mode: LoadSpec['mode'], requests: LoadSpec['requests']): string[] {
  if (http === 1) return [];
  const given = requests.flatMap(({ headers }) => Object.keys(headers));
  const misfit = given.find((name) => connectionFields.includes(name.toLowerCase()));
  return [
    ...(mode === 'closed' ? ['must be 1 with mode: closed, which speaks HTTP/1.1 only'] : []),
    ...(misfit === undefined ? [] : [`must be 1 with a ${misfit} header: HTTP/2 does not have it`]),
  ];
}

function stepMistakes(steps: readonly LoadStep[]): string[] {
  const mistakes: string[] = [];
  const names = steps.map((each) => each.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) mistakes.push(`must have names of their own, but "${twice[0]}" is there more than once`);
  if (!steps.some((each) => each.measure))
    mistakes.push('must have at least one step that is measured (remove measure: false)');
  return mistakes;
}

/** The steps that one entry of the list stands for, or what is wrong with it. */
function toSteps(input: StepInput): LoadStep[] | string {
  const { from, to, stairs } = input;
  if (stairs !== undefined && from !== undefined && to !== undefined) return stairSteps(input, from, to, stairs);
  const shape = toShape(input);
  if (typeof shape === 'string') return shape;
  return [{ name: input.name ?? nameOf(shape), shape, durationMs: input.for, measure: input.measure }];
}

/** Stairs become one constant step each, so that every level has a row of its own in the result. */
function stairSteps(input: StepInput, fromRps: number, toRps: number, stairs: number): LoadStep[] {
  return Array.from({ length: stairs }, (_, index) => {
    const rps = Math.round(fromRps + ((toRps - fromRps) * index) / (stairs - 1));
    const prefix = input.name === undefined ? '' : `${input.name} `;
    return {
      name: `${prefix}${rps}/s`,
      shape: { kind: 'constant', rps },
      durationMs: input.for / stairs,
      measure: input.measure,
    };
  });
}

function toShape(input: StepInput): RateShape | string {
  const given = (['rate', 'from', 'to', 'stairs', 'peak', 'peakFor', 'amplitude', 'period'] as const).filter(
    (key) => input[key] !== undefined,
  );
  const {
    rate: rps,
    from: fromRps,
    to: toRps,
    peak: peakRps,
    peakFor: peakMs,
    amplitude: amplitudeRps,
    period: periodMs,
  } = input;
  if (rps !== undefined && given.length === 1) return { kind: 'constant', rps };
  if (fromRps !== undefined && toRps !== undefined && given.length === 2) return { kind: 'linear', fromRps, toRps };
  if (rps !== undefined && peakRps !== undefined && peakMs !== undefined && given.length === 3) {
    return peakMs < input.for ? { kind: 'spike', baseRps: rps, peakRps, peakMs } : 'peakFor must be shorter than for';
  }
  if (rps !== undefined && amplitudeRps !== undefined && periodMs !== undefined && given.length === 3) {
    return amplitudeRps <= rps
      ? { kind: 'sine', meanRps: rps, amplitudeRps, periodMs }
      : 'amplitude must not be more than rate: a rate cannot be negative';
  }
  return (
    `must say its rate in one of these ways, got ${given.length === 0 ? 'none' : given.join(', ')}: rate; from and to; from, to and stairs; ` +
    'rate, peak and peakFor; rate, amplitude and period (example: { rate: 500/s, for: 10s })'
  );
}

function nameOf(shape: RateShape): string {
  switch (shape.kind) {
    case 'constant':
      return `${shape.rps}/s`;
    case 'linear':
      return `${shape.fromRps} to ${shape.toRps}/s`;
    case 'spike':
      return `spike to ${shape.peakRps}/s`;
    case 'sine':
      return `${shape.meanRps}/s ± ${shape.amplitudeRps}/s`;
  }
}
