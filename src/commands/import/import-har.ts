/** A HAR file to a scenario, and the words about it. */
import { usageError } from '../../model/errors.ts';
import { formatCount } from '../../model/units.ts';
import { type FlowRequest, flowOf } from '../../traffic/har/har-flow.ts';
import { type HarRequest, type ReadHar, readHar } from '../../traffic/har/read-har.ts';
import type { ImportedRequest } from '../../traffic/requests/imported-request.ts';
import { recordedPlan, scenarioText } from '../../traffic/scenario-text.ts';
import type { ImportRequest } from './flags.ts';
import { allMethods } from './flags.ts';
import type { Imported, ImportPlace } from './imported.ts';
import { byWeight, leftOutLine, outsideLine, redactedLine, requestLines, type Sending } from './words.ts';

const arrivalsFile = 'arrivals.txt.gz';

/** The scenario of one archive: its requests by weight, or with `--speed` when they were sent. */
export function importHar(file: string, text: string, request: ImportRequest, place: ImportPlace): Imported {
  const methods = request.isMethodsGiven ? request.methods : new Set(allMethods);
  const har = readHar(text, { methods, skipStatic: request.skipStatic });
  if (har.requests.length === 0)
    throw usageError(
      'import-nothing',
      [`${file}: no request is left to be sent`, ...leftOutLine(har.leftOut)].join('\n'),
      'See --methods.',
    );
  const flow = request.isFlow ? flowOf(har.requests) : undefined;
  const requests = flow ? flow.map((each) => each.request) : counts(har.requests);
  if (flow && request.isSpeedGiven)
    throw usageError(
      'flag-invalid',
      '--speed is of requests that are sent when they were, and with --flow each follows the one before: give one of the two',
    );
  const timed = request.isSpeedGiven ? recorded(har, request, place) : undefined;
  const { load, steps, sent } = timed ?? (flow ? asFlow(request, flow) : byWeight(request, '10/s', '30s'));
  const about = aboutOf(har, requests);
  return {
    text: scenarioText({
      name: place.name,
      schema: place.schema,
      about: [`Imported by rampart ${place.version} from ${file}`, ...about, sent],
      url: request.url,
      data: place.data,
      requests,
      flow,
      load,
      steps,
    }),
    requests,
    ...(timed ? { recording: { file: arrivalsFile, text: timed.lines } } : {}),
    told: [...about, sent, '', ...requestLines(requests)],
  };
}

/** A flow at a rate of its own: one user is one arrival. */
function asFlow(request: ImportRequest, flow: readonly FlowRequest[]): Sending {
  const pausesS = flow.reduce((sum, { thinkMs }) => sum + thinkMs, 0) / 1000;
  const sending = byWeight(request, '1/s', '30s');
  const sent = `Sent: ${sending.steps[0]?.name ?? ''} users, each with ${flow.length} requests one after the other and ${pausesS.toFixed(1)} s of pauses; what went out side by side does not. Cookies are those that its answers set.`;
  return { ...sending, sent };
}

/** Each request once, in the order in which they were first sent, with how often it was. */
function counts(requests: readonly HarRequest[]): ImportedRequest[] {
  const found = new Map<string, ImportedRequest>();
  for (const { request } of requests)
    found.set(request.name, { ...request, weight: (found.get(request.name)?.weight ?? 0) + 1 });
  return [...found.values()];
}

function recorded({ requests }: ReadHar, { speed, forMs }: ImportRequest, { data }: ImportPlace) {
  const timed = requests.filter(({ atS }) => Number.isFinite(atS));
  const [first, last] = [timed[0]?.atS, timed.at(-1)?.atS];
  if (first === undefined || last === undefined || timed.length < requests.length)
    throw usageError(
      'import-format',
      'startedDateTime is missing in some entries, so it is not known when they were sent',
      'Leave --speed out: requests are sent by weight.',
    );
  const lines = timed.map(({ atS, request }) => `${(atS - first).toFixed(6)} ${request.name}\n`);
  const { steps } = recordedPlan((last - first) / speed, forMs === undefined ? undefined : forMs / 1000);
  const load = { arrivals: { file: `${data}/${arrivalsFile}`, ...(speed === 1 ? {} : { speed }) } };
  return {
    load,
    steps,
    lines,
    sent: `Sent: when each was sent, ${speed === 1 ? 'as fast' : `${speed} times as fast`}.`,
  };
}

function aboutOf(har: ReadHar, requests: readonly ImportedRequest[]): string[] {
  const changing = requests.filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method)).length;
  return [
    `HAR: ${formatCount(har.requests.length)} requests to ${har.host}, ${requests.length} different ones.`,
    ...leftOutLine(har.leftOut),
    ...redactedLine(har.redacted),
    ...outsideLine([...har.outside.values()]),
    ...(changing > 0 ? [`CAREFUL: ${changing} of them change what they are sent to.`] : []),
  ];
}
