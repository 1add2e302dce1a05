/** What can be done to a system: each kind of fault as it is written. */
import { z } from 'zod';
import type { FaultAction, FaultTarget } from '../model/fault.ts';
import { parseSizeBytes } from '../model/units.ts';
import { duration, pause, refusal, text, whole } from './values.ts';

const targetExample = 'api#2';

const targetText = z
  .string({ error: (issue) => refusal('a service or one of its replicas', issue.input, targetExample) })
  .regex(/^[^\s#]+(?:#[1-9]\d{0,2})?$/, {
    error: (issue) => refusal('a service or one of its replicas', issue.input, targetExample),
  })
  .transform((given): FaultTarget => {
    const [service = '', replica] = given.split('#');
    return replica === undefined ? { service } : { service, replica: Number(replica) };
  });

const targetMap = z
  .strictObject({
    service: text('a service', 'api').optional(),
    replica: whole(1, 200, '2').optional(),
    pick: whole(1, 200, '1').optional().meta({ description: 'So many of its replicas, drawn with the seed' }),
    role: text('a role', 'leader').optional().meta({ description: 'Whoever has it when the fault begins, see roles' }),
  })
  .transform(({ service = '', ...rest }, context): FaultTarget => {
    const given = Object.keys(rest).filter((key) => Reflect.get(rest, key) !== undefined);
    const isWhole = rest.role === undefined ? service !== '' : service === '';
    if (given.length <= 1 && isWhole) return { service, ...rest };
    const message =
      'must have a service and perhaps one of replica and pick, or a role alone (example: { service: api, replica: 2 })';
    context.issues.push({ code: 'custom', input: rest, message });
    return z.NEVER;
  });

const target = z.union([targetText, targetMap], {
  error: (issue) => refusal('a service or one of its replicas', issue.input, targetExample),
});

/** `10%`, or a number from 0 to 1. */
const share = z
  .union([z.string(), z.number()], { error: (issue) => refusal('a share', issue.input, '10%') })
  .transform((given, context) => {
    const percent = typeof given === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(given)?.[1] : undefined;
    const value = typeof given === 'number' ? given : percent === undefined ? Number.NaN : Number(percent) / 100;
    if (value > 0 && value <= 1) return value;
    context.issues.push({
      code: 'custom',
      input: given,
      message: refusal('a share above 0 and up to 100%', given, '10%'),
    });
    return z.NEVER;
  });

function sized(wanted: string, example: string, ending: RegExp) {
  return z.string({ error: (issue) => refusal(wanted, issue.input, example) }).transform((given, context) => {
    const bytes = ending.test(given) ? parseSizeBytes(given.replace(ending, '')) : undefined;
    if (bytes) return bytes;
    context.issues.push({ code: 'custom', input: given, message: refusal(wanted, given, example) });
    return z.NEVER;
  });
}

const port = whole(1, 65_535, '8080').optional().meta({ description: 'The container port; every port without it' });

const network = z
  .strictObject({
    to: target,
    from: text('a service', 'front')
      .optional()
      .meta({ description: 'Only what this service sends; everybody without it' }),
    port,
    latency: pause.optional(),
    jitter: pause.optional(),
    loss: share.optional().meta({ description: 'Share of packets that are lost' }),
    bandwidth: sized('bytes in a second', '1MiB/s', /\/s$/).optional(),
    cut: z
      .enum(['reset', 'blackhole'], { error: (issue) => refusal('reset or blackhole', issue.input, 'blackhole') })
      .optional()
      .meta({ description: 'reset: connections are reset; blackhole: nothing passes and nobody is told' }),
  })
  .transform(({ latency, jitter, bandwidth, ...rest }, context): FaultAction => {
    const { loss, cut } = rest;
    if ([latency, loss, bandwidth, cut].every((each) => each === undefined))
      context.issues.push({
        code: 'custom',
        input: rest,
        message: 'must have one of latency, loss, bandwidth and cut (example: { to: db, latency: 50ms })',
      });
    if (jitter !== undefined && (latency === undefined || jitter > latency))
      context.issues.push({
        code: 'custom',
        input: rest,
        path: ['jitter'],
        message: 'must not be above latency, around which it is drawn',
      });
    if (cut !== undefined && [latency, loss, bandwidth].some((each) => each !== undefined))
      context.issues.push({
        code: 'custom',
        input: rest,
        path: ['cut'],
        message: 'leaves nothing to be late, lost or slow: give it alone',
      });
    return { kind: 'network', ...rest, latencyMs: latency, jitterMs: jitter, bytesPerSecond: bandwidth };
  });

/** The words of a command. */
export const command = z
  .array(text('a word', 'systemctl'), {
    error: (issue) => refusal('a command as a list of words', issue.input, '[systemctl, restart, api]'),
  })
  .min(1, { error: 'must be a command as a list of words (example: [systemctl, restart, api])' });

const method = z
  .enum(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'], {
    error: (issue) => refusal('POST, PUT, PATCH, DELETE or GET', issue.input, 'PUT'),
  })
  .meta({ description: 'Of the request' });
const path = text('a path', '/limit').regex(/^\/\S*$/, { error: (issue) => refusal('a path', issue.input, '/limit') });
const body = z
  .union([z.string(), z.number(), z.boolean()], { error: (issue) => refusal('a text or a number', issue.input, '"3"') })
  .transform(String);

const headers = z.record(z.string(), z.string(), {
  error: (issue) => refusal('a map of headers', issue.input, '{ content-type: application/json }'),
});

const http = z
  .strictObject({
    of: target,
    port: whole(1, 65_535, '8080').meta({ description: 'The container port' }),
    method: method.default('POST'),
    path,
    headers: headers.default({}),
    body: body.default(''),
    undo: z
      .strictObject({
        method: method.optional(),
        path: path.optional(),
        headers: headers.optional(),
        body: body.optional(),
      })
      .optional()
      .meta({ description: 'The request that takes it back; what is not given is as before' }),
  })
  .transform(({ undo, ...request }): FaultAction => {
    const back = undo && {
      method: undo.method ?? request.method,
      path: undo.path ?? request.path,
      headers: undo.headers ?? request.headers,
      body: undo.body ?? request.body,
    };
    return { kind: 'http', ...request, ...(back ? { undo: back } : {}) };
  });

const scale = z
  .record(z.string(), whole(0, 200, '5'), {
    error: (issue) => refusal('one service and its replicas', issue.input, '{ api: 5 }'),
  })
  .transform((given, context): FaultAction => {
    const [entry, ...more] = Object.entries(given);
    if (entry && more.length === 0) return { kind: 'scale', service: entry[0], replicas: entry[1] };
    context.issues.push({
      code: 'custom',
      input: given,
      message: refusal('one service and its replicas', given, '{ api: 5 }'),
    });
    return z.NEVER;
  });

const partition = z
  .array(z.union([target.transform((one) => [one]), z.array(target).min(1)]), {
    error: (issue) => refusal('a list of groups', issue.input, '[[db#1], [db#2, db#3]]'),
  })
  .min(2, { error: 'must be at least two groups (example: [[db#1], [db#2, db#3]])' })
  .transform((groups): FaultAction => ({ kind: 'partition', groups }));

const cpu = z
  .strictObject({
    of: target,
    cores: z
      .number()
      .positive({ error: (issue) => refusal('a positive number of cores', issue.input, '0.2') })
      .optional(),
    burners: whole(1, 64, '2').optional().meta({ description: 'Busy threads beside it on the same machine' }),
  })
  .transform((given, context): FaultAction => {
    if ((given.cores === undefined) === (given.burners === undefined))
      context.issues.push({
        code: 'custom',
        input: given,
        message: 'must have cores or burners (example: { of: api, cores: 0.2 })',
      });
    return { kind: 'cpu', ...given };
  });

/** What each kind of fault is written as; the keys are the kinds. */
export const actions = {
  kill: target.transform((of): FaultAction => ({ kind: 'kill', of })),
  pause: target.transform((of): FaultAction => ({ kind: 'pause', of })),
  restart: target.transform((of): FaultAction => ({ kind: 'restart', of })),
  scale,
  cpu,
  memory: z
    .strictObject({ of: target, limit: sized('a size', '64MiB', /$/) })
    .transform(({ of, limit }): FaultAction => ({ kind: 'memory', of, limitBytes: limit })),
  network,
  partition,
  slow: z
    .strictObject({ of: target, port, by: duration, share: share.prefault('100%') })
    .transform(({ by, ...rest }): FaultAction => ({ kind: 'slow', ...rest, byMs: by })),
  error: z
    .strictObject({ of: target, port, status: whole(400, 599, '503').default(503), share: share.prefault('100%') })
    .transform((given): FaultAction => ({ kind: 'error', ...given })),
  http,
  run: command,
};
