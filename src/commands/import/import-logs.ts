/** Access logs to a scenario, and the words about it. */
import { usageError } from '../../model/errors.ts';
import { formatCount, formatShare } from '../../model/units.ts';
import { busiestFromS, type LogTraffic, recordingText, trafficOf } from '../../traffic/log-traffic.ts';
import { type ReadLogs, readLogs, UnknownFormat } from '../../traffic/logs/read-log.ts';
import { recordedPlan, scenarioText } from '../../traffic/scenario-text.ts';
import type { ImportRequest } from './flags.ts';
import type { Imported, ImportPlace, NamedInput } from './imported.ts';
import { byWeight, leftOutLine, redactedLine, type Sending } from './words.ts';

/** Above this share of lines that cannot be read, what can be is not the traffic. */
const mostUnreadable = 0.05;
const arrivalsFile = 'arrivals.txt.gz';
/** Of the spreading of arrivals within a second. */
const seed = 1;
const toldKinds = 10;

/** The scenario of these logs; a usage error where they cannot be read. */
export async function importLogs(
  inputs: readonly NamedInput[],
  request: ImportRequest,
  place: ImportPlace,
): Promise<Imported> {
  const read = await readAll(inputs, request);
  refuseUnreadable(read);
  const traffic = trafficOf(read, request.top, seed);
  if (traffic.atS.length === 0)
    throw usageError(
      'import-nothing',
      ['no request is left to be sent', ...leftOutWords(read)].join('\n'),
      'See --methods and --format.',
    );
  const { load, steps, sent } = loadOf(traffic, request, place);
  const about = aboutOf(read, traffic, request);
  const requests = traffic.requests.map((each) => each.request);
  return {
    text: scenarioText({
      name: place.name,
      schema: place.schema,
      about: [`Imported by rampart ${place.version} from ${inputs.map(({ name }) => name).join(', ')}`, ...about, sent],
      url: request.url,
      data: place.data,
      requests,
      load,
      steps,
    }),
    requests,
    ...(request.rate === undefined ? { recording: { file: arrivalsFile, text: recordingText(traffic) } } : {}),
    told: [...about, sent, '', ...kindsTable(traffic), ...(request.isUsualUrl ? ['', urlWords(request)] : [])],
  };
}

async function readAll(
  inputs: readonly NamedInput[],
  { format, methods, skipStatic, kind }: ImportRequest,
): Promise<ReadLogs> {
  try {
    return await readLogs(inputs, {
      format,
      methods,
      skipStatic,
      ...(kind === 'apache' ? { stamp: 'start' as const } : {}),
    });
  } catch (error) {
    if (!(error instanceof UnknownFormat)) throw error;
    throw usageError(
      'import-format',
      error.message,
      'Say it: --format \'$remote_addr [$time_local] "$request" $status\', as log_format in nginx.conf or LogFormat in httpd.conf.',
    );
  }
}

function refuseUnreadable({ lines, unreadable, badLines }: ReadLogs): void {
  if (unreadable <= lines * mostUnreadable) return;
  const share = formatShare(unreadable / lines);
  const told = badLines.map(({ file, line, why }) => `${file}:${line} ${why}`);
  throw usageError(
    'import-format',
    [`${formatCount(unreadable)} of ${formatCount(lines)} lines (${share}) cannot be read:`, ...told].join('\n'),
    'Say the format of the log with --format, as it stands in nginx.conf or httpd.conf.',
  );
}

function loadOf(traffic: LogTraffic, request: ImportRequest, { data }: ImportPlace): Sending {
  const { rate, forMs, speed } = request;
  if (rate !== undefined) return byWeight(request, rate, '60s');
  const lastsS = (traffic.atS.at(-1) ?? 0) / speed;
  const { lengthS, isWhole, steps } = recordedPlan(lastsS, forMs === undefined ? undefined : forMs / 1000);
  const fromS = isWhole ? 0 : busiestFromS(traffic.atS, lengthS * speed);
  const arrivals = {
    file: `${data}/${arrivalsFile}`,
    ...(speed === 1 ? {} : { speed }),
    ...(fromS > 0 ? { from: `${fromS}s` } : {}),
  };
  const part = isWhole ? 'all of it' : `its busiest ${lengthS} s of ${Math.floor(lastsS) + 1} s`;
  const sent = `Sent: ${part}, ${speed === 1 ? 'when each request came' : `${speed} times as fast as it came`}.`;
  return { load: { arrivals }, steps, sent };
}

function aboutOf(read: ReadLogs, traffic: LogTraffic, request: ImportRequest): string[] {
  const { atS, beganS, requests, left } = traffic;
  const taken = atS.length;
  const lastS = beganS + (atS.at(-1) ?? 0);
  const formats = [...new Set(read.formats.map(({ name }) => name))].join('; ');
  return [
    `${formats}: ${formatCount(taken)} requests from ${isoSecond(beganS)} to ${isoSecond(lastS)}, of ${requests.length} ${requests.length === 1 ? 'kind' : 'kinds'}.`,
    ...stampWords(read, traffic),
    ...leftOutWords(read),
    ...(left.requests > 0
      ? [
          `Left out: ${formatCount(left.requests)} requests (${formatShare(left.requests / (taken + left.requests))}) of ${left.kinds} kinds beyond the ${request.top} that came most often (--top).`,
        ]
      : []),
    ...keptWords(traffic),
    ...redactedLine(read.redacted),
    ...unsafeWords(traffic),
    'A log holds no cookies, no Authorization header and no bodies: what needs them will answer as it does without.',
  ];
}

function isoSecond(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

function stampWords({ formats }: ReadLogs, { isSpread, atEnd }: LogTraffic): string[] {
  return [
    ...(isSpread
      ? [
          'Its times are of whole seconds: within each second arrivals were spread at random, with a seed (the log does not know better).',
        ]
      : []),
    ...(atEnd > 0
      ? [
          `${formatCount(atEnd)} requests were stamped when they had been answered, and how long they took is not in the log: they arrived that much earlier.`,
        ]
      : []),
    ...(formats.some(({ isZoneless }) => isZoneless)
      ? ['Its times have no zone and were taken for UTC: a change to or from summer time shows as a gap or a rush.']
      : []),
  ];
}

function leftOutWords({ leftOut, unreadable, lines, badLines }: ReadLogs): string[] {
  const first = badLines.map(({ file, line, why }) => `${file}:${line} ${why}`);
  return [
    ...leftOutLine(leftOut),
    ...([...leftOut.keys()].some((why) => /^method (?:POST|PUT|PATCH|DELETE)$/.test(why))
      ? [
          'What changes things is left out, for a log has no bodies and replaying it would change them again: --unsafe or --methods take it.',
        ]
      : []),
    ...(unreadable > 0
      ? [`${formatCount(unreadable)} of ${formatCount(lines)} lines cannot be read, the first: ${first.join('; ')}.`]
      : []),
  ];
}

/** Data are bounded; what is beyond is sent with the first data again. */
function keptWords({ requests }: LogTraffic): string[] {
  const cut = requests.filter(({ count, request: { feeder } }) => feeder !== undefined && feeder.rows.length < count);
  const [first] = cut;
  if (!first?.request.feeder) return [];
  const kept = formatCount(first.request.feeder.rows.length);
  return [
    `Of ${cut.length === 1 ? '1 kind' : `${cut.length} kinds`} there are more values than are kept: the first ${kept} of each are sent again and again, in their order.`,
  ];
}

function unsafeWords({ requests }: LogTraffic): string[] {
  const changing = requests.filter(({ request }) => !['GET', 'HEAD', 'OPTIONS'].includes(request.method));
  if (changing.length === 0) return [];
  return [
    `CAREFUL: requests of ${changing.length} ${changing.length === 1 ? 'kind' : 'kinds'} change what they are sent to, and go out without the bodies that they had.`,
  ];
}

function kindsTable({ requests, atS }: LogTraffic): string[] {
  const shown = requests.slice(0, toldKinds).map(({ count, request }) => {
    const values = request.feeder ? `, ${formatCount(request.feeder.rows.length)} rows of data` : '';
    return `  ${formatShare(count / atS.length).padStart(7)}  ${request.name}${values}`;
  });
  const more = requests.length - shown.length;
  return [...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}

function urlWords({ url }: ImportRequest): string {
  return `the load goes to ${url}: say another with --url, or change target in the scenario`;
}
