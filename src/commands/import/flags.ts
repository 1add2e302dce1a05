/** The flags of `rampart import`, to what is asked. */
import { usageError } from '../../model/errors.ts';
import { parseDurationMs, parseRateRps } from '../../model/units.ts';
import { apacheFormat } from '../../traffic/logs/apache-format.ts';
import type { LogFormat } from '../../traffic/logs/logged-request.ts';
import { nginxFormat } from '../../traffic/logs/nginx-format.ts';
import type { CommandArgs, Flag } from '../command.ts';

/** What a file may be said to be; the three servers write logs. */
const importKinds = ['log', 'nginx', 'apache', 'caddy', 'har', 'openapi'] as const;
export type ImportKind = (typeof importKinds)[number];

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];
/** The methods that a scenario's requests may have. */
export const allMethods = [...safeMethods, 'POST', 'PUT', 'PATCH', 'DELETE'];
const usualUrl = 'http://127.0.0.1:8080';

export const importFlags: Readonly<Record<string, Flag>> = {
  files: {
    describe: 'Access logs, also gzipped and rotated; or a HAR file, or an OpenAPI document; - is stdin',
    type: 'string',
    array: true,
    positional: true,
  },
  out: {
    describe: 'Scenario file to write; its data goes into a folder beside it',
    type: 'string',
    default: 'rampart.yaml',
  },
  kind: { describe: 'What the files are (default: what is in them)', type: 'string', choices: importKinds },
  format: {
    describe: "The log's format: log_format as in nginx.conf, or LogFormat as in httpd.conf",
    type: 'string',
  },
  url: { describe: `Where the load goes (default: ${usualUrl})`, type: 'string' },
  speed: { describe: 'How many times as fast as they were recorded arrivals come (0.1 to 100)', type: 'number' },
  rate: { describe: 'Send requests by weight at this rate, and not when they were recorded', type: 'string' },
  for: {
    describe: 'How long the load is (default: the whole recording, of a long one its busiest 10 minutes)',
    type: 'string',
  },
  top: { describe: 'How many kinds of requests are taken, those that came most often', type: 'number', default: 50 },
  methods: {
    describe: `The methods that are taken (default: ${safeMethods.join(',')}); may be repeated`,
    type: 'string',
    array: true,
  },
  operations: {
    describe: 'Of an OpenAPI document: tags or operationIds that are taken (default: all); may be repeated',
    type: 'string',
    array: true,
  },
  unsafe: { describe: 'Take POST, PUT, PATCH and DELETE as well: they change what they are sent to', type: 'boolean' },
  flow: {
    describe: 'Of a HAR file: all requests by one client, in their order, with the pauses of its user',
    type: 'boolean',
  },
  'skip-static': { describe: 'Leave pictures, scripts, styles and fonts out', type: 'boolean' },
};

/** What is asked of an import. */
export interface ImportRequest {
  readonly files: readonly string[];
  readonly out: string;
  readonly kind: ImportKind | undefined;
  readonly format: LogFormat | undefined;
  readonly url: string;
  /** Whether nobody said where the load goes. */
  readonly isUsualUrl: boolean;
  readonly speed: number;
  readonly isSpeedGiven: boolean;
  readonly rate: string | undefined;
  readonly forMs: number | undefined;
  readonly top: number;
  readonly methods: ReadonlySet<string>;
  readonly isMethodsGiven: boolean;
  readonly operations: readonly string[];
  readonly isFlow: boolean;
  readonly skipStatic: boolean;
}

/** The flags as they are meant; throws a usage error that lists every flag that cannot be read. */
export function importRequest(args: CommandArgs): ImportRequest {
  const mistakes: string[] = [];
  const wrong = (text: string) => void mistakes.push(text);
  const files = args.strings('files');
  if (files.length === 0) wrong('a file is missing (example: rampart import access.log)');
  const speed = args.number('speed') ?? 1;
  if (!(speed >= 0.1 && speed <= 100)) wrong(`--speed must be a number from 0.1 to 100, got ${speed}`);
  const rate = args.string('rate');
  if (rate !== undefined && !((parseRateRps(rate) ?? 0) > 0))
    wrong(`--rate must be a rate, got ${JSON.stringify(rate)} (example: --rate 200/s)`);
  if (rate !== undefined && args.number('speed') !== undefined)
    wrong('--speed is of recorded arrivals, and with --rate none are sent: give one of the two');
  const length = args.string('for');
  const forMs = length === undefined ? undefined : parseDurationMs(length);
  if (length !== undefined && !((forMs ?? 0) >= 1000))
    wrong(`--for must be a time of at least 1s, got ${JSON.stringify(length)} (example: --for 5m)`);
  const top = args.number('top') ?? 50;
  if (!Number.isInteger(top) || top < 1) wrong(`--top must be a whole number from 1 on, got ${top}`);
  const { format, message } = formatOf(args.string('format'), args.string('kind'));
  if (message !== undefined) wrong(message);
  const methods = methodsOf(args, wrong);
  const url = args.string('url');
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  return {
    files,
    out: args.string('out') ?? 'rampart.yaml',
    kind: importKinds.find((each) => each === args.string('kind')),
    format,
    url: url ?? usualUrl,
    isUsualUrl: url === undefined,
    speed,
    isSpeedGiven: args.number('speed') !== undefined,
    rate,
    forMs,
    top,
    methods,
    isMethodsGiven: args.strings('methods').length > 0,
    operations: args
      .strings('operations')
      .flatMap((each) => each.split(/\s*,\s*/))
      .filter((each) => each !== ''),
    isFlow: args.flag('flow'),
    skipStatic: args.flag('skip-static'),
  };
}

function methodsOf(args: CommandArgs, wrong: (text: string) => void): ReadonlySet<string> {
  const given = args
    .strings('methods')
    .flatMap((each) => each.toUpperCase().split(/[\s,]+/))
    .filter((each) => each !== '');
  const unknown = given.filter((each) => !allMethods.includes(each));
  if (unknown.length > 0) wrong(`--methods must be some of ${allMethods.join(', ')}, got ${unknown.join(', ')}`);
  if (given.length > 0) return new Set(given);
  return new Set(args.flag('unsafe') ? allMethods : safeMethods);
}

function formatOf(text: string | undefined, kind: string | undefined): { format?: LogFormat; message?: string } {
  if (text === undefined) return {};
  const isApache = kind === 'apache' || (kind !== 'nginx' && /%[<>{A-Za-z]/.test(text) && !text.includes('$'));
  const format = isApache ? apacheFormat(text) : nginxFormat(text);
  if (typeof format !== 'string') return { format };
  return { message: `--format ${format}; got ${JSON.stringify(text.slice(0, 80))}` };
}
