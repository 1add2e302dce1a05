/** The `load:` block: request, arrivals and steps; what goes only with one mode, or with one version of HTTP, is refused with another. */
import { z } from 'zod';
import { generatorCount } from '../model/generators-spec.ts';
import type { LoadSpec } from '../model/scenario.ts';
import { arrivalsSchema } from './arrivals-schema.ts';
import { flowsSchema, type OpenFlow } from './flow-schema.ts';
import { generatorsSchema } from './generators-schema.ts';
import { http2HeaderMistakes } from './header-rules.ts';
import type { KnownKinds } from './known-kinds.ts';
import { acceptedCodings, feedersSchema, type OpenRequest, requestSchema, requestsSchema } from './request-schema.ts';
import { stepMistakes, stepSchema, stepsOf } from './step-schema.ts';
import { duration, oneOf, pause, refusal, whole } from './values.ts';

const hour = 3_600_000;
const mostWorkers = 64;
const usualConnections = 1000;

/** The keys of `load:` but its mode. */
const fields = {
  http: z
    .literal([1, 2], { error: (issue) => refusal('1 or 2', issue.input, '2') })
    .default(1)
    .meta({
      description:
        'HTTP/1.1, or HTTP/2: h2 over TLS, else h2c with prior knowledge. A connection then carries as many requests at a time as the target allows. A request costs the generator two to three times the CPU time of HTTP/1.1',
    }),
  request: requestSchema.optional().meta({ description: 'What every arrival sends; GET / without it' }),
  requests: requestsSchema.optional().meta({ description: 'What arrivals send, chosen by weight' }),
  flows: flowsSchema.optional().meta({
    description:
      'Several requests one after the other by one client, chosen by weight, also beside load.requests; one arrival is one flow. Open loop only',
  }),
  feeders: feedersSchema.meta({
    description: 'Rows of data for the places in path, header values and body',
  }),
  arrivals: arrivalsSchema.optional().meta({
    description:
      'uniform without it; of a recording, each step is the next part of it, so steps have a time and no rate; open loop only',
  }),
  maxConnections: whole(1, 10_000, '1000').optional().meta({
    description: '1000 without it; of a closed load, those of steps without connections of their own',
  }),
  workers: z
    .union([z.literal('auto'), whole(1, mostWorkers, '2')], {
      error: (issue) => refusal(`auto or a whole number from 1 to ${mostWorkers}`, issue.input, 'auto'),
    })
    .default('auto')
    .meta({
      description:
        'Processes that share an open load out, with their part of maxConnections each; auto takes more than one above 12000/s, and one for every four cores at most',
    }),
  priority: z
    .enum(['normal', 'high'], { error: (issue) => refusal('normal or high', issue.input, 'high') })
    .default('normal')
    .meta({
      description:
        'high: the generator comes before its target where they share processors, so that it is late less often; takes root or CAP_SYS_NICE',
    }),
  generators: generatorsSchema.optional().meta({
    description:
      'Processes on other machines that send an open load instead of this one (rampart generator), each with its part; load.workers is then the number of each',
  }),
  maxQueue: whole(0, 1_000_000, '500').optional().meta({
    description:
      'How many arrivals may wait when all connections are busy; one more is dropped. Without it any number, each up to its timeout',
  }),
  resend: z
    .enum(['safe', 'never'], { error: (issue) => refusal('safe or never', issue.input, 'never') })
    .default('safe')
    .meta({
      description:
        'safe: GET, HEAD, OPTIONS, TRACE and requests with an Idempotency-Key are sent once more, and counted, when the target had closed the kept connection before they came; over HTTP/2 also whatever the target says it has not processed (GOAWAY, REFUSED_STREAM). never: these fail',
    }),
  timeout: duration.refine((ms) => ms <= hour, { error: 'must be at most 1h' }).prefault('10s'),
  idle: pause.prefault('2s').meta({ description: 'How long the idle topology is observed before the first step' }),
  steps: z
    .array(stepSchema, { error: (issue) => refusal('a list of steps', issue.input, '- { rate: 500/s, for: 10s }') })
    .min(1, { error: 'must have at least one step (example: - { rate: 500/s, for: 10s })' }),
};

/** The `load:` block of a scenario, given the engines that may send it, the usual one first; `sentTo` makes a `LoadSpec` of its output. */
export function loadSchema(engines: KnownKinds['loadEngines']) {
  const kinds = engines.map(({ kind }) => kind);
  const isClosed = (mode: string) => engines.some(({ kind, pacing }) => kind === mode && pacing === 'closed');
  return z
    .strictObject({
      mode: z
        .enum(kinds, { error: (issue) => refusal(oneOf(kinds), issue.input, kinds[0] ?? '') })
        .default(kinds[0] ?? '')
        .meta({
          description:
            'open keeps the schedule whatever the target does; closed keeps the connections of each step busy, each with one request at a time, at whatever rate results',
        }),
      ...fields,
    })
    .transform((input, context) => loadOf(input, isClosed(input.mode), context));
}

type LoadInput = z.output<z.ZodObject<typeof fields>> & { readonly mode: string };

function loadOf(input: LoadInput, isClosed: boolean, context: z.core.$RefinementCtx): OpenLoad {
  const { timeout, idle, request, requests, flows, arrivals, ...rest } = input;
  const sent = requests ?? (request || !flows ? [request ?? requestSchema.parse({})] : []);
  const { maxConnections = usualConnections } = input;
  const mode = isClosed ? 'closed' : typeof arrivals === 'object' ? 'recorded' : 'open';
  const entries = input.steps.map((each, index) => stepsOf(each, mode, { connections: maxConnections, index }));
  const steps = entries.flatMap((entry) => (Array.isArray(entry) ? entry : []));
  const found = [
    ...entries.flatMap((entry, index) =>
      Array.isArray(entry)
        ? []
        : [{ path: ['steps', index, ...(entry.key ? [entry.key] : [])], message: entry.message }],
    ),
    ...(steps.length > 0 ? stepMistakes(steps).map((message) => ({ path: ['steps'], message })) : []),
    ...(request && requests
      ? [{ path: ['requests'], message: 'must not be given beside load.request: give one of the two' }]
      : []),
    ...(request && flows
      ? [{ path: ['request'], message: 'needs a name beside load.flows: give it as one of load.requests' }]
      : []),
    ...(flows ?? []).flatMap(({ name }, index) =>
      requests?.some((each) => each.name === name)
        ? [{ path: ['flows', index, 'name'], message: `must be its own, but "${name}" is the name of a request` }]
        : [],
    ),
    ...(input.http === 2 ? http2Mistakes(input) : []),
    ...(isClosed ? closedMistakes(input) : []),
    ...workerMistakes(input, maxConnections),
  ];
  for (const { path, message } of found) context.issues.push({ code: 'custom', input, path, message });
  return {
    ...rest,
    arrivals: arrivals ?? 'uniform',
    maxConnections: Math.max(
      ...steps.map(({ shape }) => (shape.kind === 'closed' ? shape.connections : maxConnections)),
    ),
    requests: sent,
    ...(flows ? { flows } : {}),
    steps,
    timeoutMs: timeout,
    idleMs: idle,
  };
}

/** Each worker of each generator needs a connection. */
function workerMistakes({ workers, generators }: LoadInput, maxConnections: number): LoadMistake[] {
  const each = (key: string, count: number) =>
    count > maxConnections
      ? [{ path: [key], message: `must not be more than maxConnections, ${maxConnections}: each needs a connection` }]
      : [];
  return [
    ...(generators ? each('generators', generatorCount(generators)) : []),
    ...(typeof workers === 'number' ? each('workers', workers) : []),
  ];
}

/** A load whose requests may still need the path of the target. */
type OpenLoad = Omit<LoadSpec, 'requests' | 'flows'> & {
  readonly requests: readonly OpenRequest[];
  readonly flows?: readonly OpenFlow[] | undefined;
};

/** The load whose requests go below `base`, the path and query of a URL: to these where they have no path of their own. */
export function sentTo(base: string, { requests, flows, ...load }: OpenLoad): LoadSpec {
  const placed = <T extends OpenRequest>(request: T) => ({ ...request, path: below(base, request.path) });
  return {
    ...load,
    requests: requests.map(placed),
    ...(flows ? { flows: flows.map((flow) => ({ ...flow, requests: flow.requests.map(placed) })) } : {}),
  };
}

/** `/api?key=1` and `/items?id=2` are `/api/items?key=1&id=2`; what is written stays as it is written. */
function below(base: string, own: string | undefined): string {
  if (own === undefined) return base;
  const [path = '', query = ''] = splitAt(base, '?');
  const before = path.replace(/\/$/, '');
  if (own === '*' || (before === '' && query === '')) return own;
  const [ownPath = '', ownQuery = ''] = splitAt(own, '?');
  const queries = [query, ownQuery].filter((each) => each !== '');
  return `${before}${ownPath}${queries.length > 0 ? `?${queries.join('&')}` : ''}`;
}

/** What stands before and behind the first such mark. */
function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

type RequestsInput = Pick<LoadInput, 'request' | 'requests' | 'flows'>;

/** Headers that HTTP/2 does not have. */
function http2Mistakes({ request, requests = [], flows = [] }: RequestsInput): LoadMistake[] {
  const all = [
    ...(request ? [{ path: ['request'], request }] : []),
    ...requests.map((each, index) => ({ path: ['requests', index], request: each })),
    ...flows.flatMap((flow, index) =>
      flow.requests.map((each, at) => ({ path: ['flows', index, 'requests', at], request: each })),
    ),
  ];
  return all.flatMap(({ path, request: { headers } }) =>
    http2HeaderMistakes(headers).map(({ name, message }) => ({ path: [...path, 'headers', name], message })),
  );
}

interface LoadMistake {
  readonly path: (string | number)[];
  readonly message: string;
}

type ClosedInput = Pick<LoadSpec, 'http' | 'workers' | 'generators' | 'maxQueue'> &
  RequestsInput & {
    readonly arrivals?: unknown;
    readonly maxConnections?: number | undefined;
    readonly steps: readonly { readonly connections?: number | undefined }[];
  };

/** Keys that would do nothing in a closed loop. */
function closedMistakes(input: ClosedInput): LoadMistake[] {
  const { http, workers, generators, maxQueue, arrivals, maxConnections, steps } = input;
  const refuse = (key: string, message: string) => ({ path: [key], message });
  return [
    ...closedRequestMistakes(input),
    ...(http === 2 ? [refuse('http', 'must be 1 with mode: closed, which speaks HTTP/1.1 only')] : []),
    ...(workers === 'auto' ? [] : [refuse('workers', 'must be left out with mode: closed, which has one worker')]),
    ...(generators
      ? [
          refuse(
            'generators',
            'must be left out with mode: closed: a step of it ends with its last answers, for which generators would wait on each other',
          ),
        ]
      : []),
    ...(maxQueue === undefined
      ? []
      : [refuse('maxQueue', 'must not be given with mode: closed, where no arrival waits: remove it')]),
    ...(arrivals === undefined
      ? []
      : [
          refuse(
            'arrivals',
            'must not be given with mode: closed, where answers say when the next request goes: remove it',
          ),
        ]),
    ...(maxConnections !== undefined && steps.every(({ connections }) => connections !== undefined)
      ? [refuse('maxConnections', 'is of no use where each step has connections of its own: remove it')]
      : []),
  ];
}

/** The clients of a closed load send their next request as soon as they have an answer, whatever is in it. */
function closedRequestMistakes({ request, requests = [], flows }: RequestsInput): LoadMistake[] {
  const open = 'needs mode: open: the clients of a closed load do not look into answers before they send on';
  const all = [
    ...(request ? [{ path: ['request'], request }] : []),
    ...requests.map((each, index) => ({ path: ['requests', index], request: each })),
  ];
  return [
    ...(flows ? [{ path: ['flows'], message: open }] : []),
    ...all.flatMap(({ path, request: { redirects, headers, expect } }) => [
      ...((redirects ?? 0) > 0 ? [{ path: [...path, 'redirects'], message: open }] : []),
      ...(acceptedCodings(headers) && expect.bodyContains !== ''
        ? [
            {
              path: [...path, 'expect', 'bodyContains'],
              message: `${open}, and a compressed body must be unpacked for that`,
            },
          ]
        : []),
    ]),
  ];
}
