/** The generators that are compared: how each is found, asked and read. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Case, warmUpS } from './cases.ts';
import { parseAutocannon, parseHey, parseK6, parseOha, parseVegeta, parseWrk } from './peer-output.ts';
import type { Percentiles } from './statistics.ts';

/** How one case is run by one generator: a command, files it reads, and the command that prints its report if it is not its stdout. */
export interface Invocation {
  readonly argv: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly report?: readonly string[];
}

/** What a generator says of itself. */
export interface OwnReport {
  readonly response: Percentiles;
  /** How late it was to serve arrivals, where it knows. */
  readonly lag?: Percentiles;
  /** How much of its p99 may be its own, where it says so. */
  readonly boundP99Us?: number;
}

/** Where a run happens: the target, and a directory for the generator's files. */
interface Place {
  readonly url: string;
  readonly directory: string;
}

/** A generator; `command` is the program to look for, or a path. */
export interface Generator {
  readonly name: string;
  readonly pacing: readonly Case['pacing'][];
  readonly command: string;
  readonly install: string;
  /** The second of the run its own latencies start with: only ours can leave out the warm-up, as a scenario does. */
  readonly ownFromS: number;
  invoke(command: string, task: Case, place: Place): Invocation;
  read(report: string): OwnReport;
}

/** The name that ratios refer to. */
export const oursName = 'rampart';

const seconds = (task: Case) => `${warmUpS + task.seconds}s`;
const response = (parse: (text: string) => Percentiles) => (text: string) => ({ response: parse(text) });
const peer = { ownFromS: 0 };

// Of the time it is given, wrk2 sends nothing for up to a second; it takes whole seconds only.
const wrk2IdleS = 1;

const wrk2: Generator = {
  ...peer,
  name: 'wrk2',
  pacing: ['open'],
  command: 'wrk2',
  install: 'git clone https://github.com/giltene/wrk2 && make -C wrk2, then wrk2/wrk as wrk2 on the PATH',
  invoke: (command, task, { url }) => {
    const duration = `-d${warmUpS + task.seconds + wrk2IdleS}s`;
    return { argv: [command, '-t1', `-c${task.connections}`, duration, `-R${task.rps}`, '--latency', url] };
  },
  read: response(parseWrk),
};

const wrk: Generator = {
  ...peer,
  name: 'wrk',
  pacing: ['closed'],
  command: 'wrk',
  install: 'apt-get install wrk',
  invoke: (command, task, { url }) => ({
    argv: [command, '-t1', `-c${task.connections}`, `-d${seconds(task)}`, '--latency', url],
  }),
  read: response(parseWrk),
};

const vegeta: Generator = {
  ...peer,
  name: 'vegeta',
  pacing: ['open'],
  command: 'vegeta',
  install: 'go install github.com/tsenart/vegeta/v12@latest',
  invoke: (command, task, { url, directory }) => {
    const results = join(directory, 'results.bin');
    const load = [`-rate=${task.rps}/s`, `-duration=${seconds(task)}`, `-max-workers=${task.maxConnections}`];
    return {
      files: { targets: `GET ${url}\n` },
      argv: [command, 'attack', `-targets=${join(directory, 'targets')}`, ...load, `-output=${results}`],
      report: [command, 'report', '-type=json', results],
    };
  },
  read: response(parseVegeta),
};

const hey: Generator = {
  ...peer,
  name: 'hey',
  pacing: ['open', 'closed'],
  command: 'hey',
  install: 'go install github.com/rakyll/hey@latest',
  invoke: (command, task, { url }) => {
    const rate = task.pacing === 'open' ? ['-q', `${task.rps / task.connections}`] : [];
    return { argv: [command, '-z', seconds(task), '-c', `${task.connections}`, ...rate, '-o', 'csv', url] };
  },
  read: response(parseHey),
};

const oha: Generator = {
  ...peer,
  name: 'oha',
  pacing: ['open', 'closed'],
  command: 'oha',
  install: 'cargo install oha',
  invoke: (command, task, { url }) => {
    const rate = task.pacing === 'open' ? ['-q', `${task.rps}`, '--latency-correction'] : [];
    const output = ['--no-tui', '--output-format', 'json'];
    return { argv: [command, '-z', seconds(task), '-c', `${task.connections}`, ...rate, ...output, url] };
  },
  read: response(parseOha),
};

const k6: Generator = {
  ...peer,
  name: 'k6',
  pacing: ['open'],
  command: 'k6',
  install: 'go install go.k6.io/k6@latest',
  invoke: (command, task, { url, directory }) => ({
    files: { 'script.js': k6Script(task, url) },
    argv: [command, 'run', '--quiet', '--no-usage-report', join(directory, 'script.js')],
  }),
  read: response(parseK6),
};

function k6Script(task: Case, url: string): string {
  const load = {
    executor: 'constant-arrival-rate',
    rate: task.rps,
    timeUnit: '1s',
    duration: seconds(task),
    preAllocatedVUs: task.connections,
    maxVUs: task.maxConnections,
  };
  const options = {
    discardResponseBodies: true,
    summaryTrendStats: ['p(50)', 'p(99)', 'p(99.9)'],
    scenarios: { load },
  };
  return `import http from 'k6/http';
export const options = ${JSON.stringify(options)};
export default () => http.get(${JSON.stringify(url)});
export const handleSummary = (data) => ({ stdout: JSON.stringify(data.metrics.http_req_duration.values) });
`;
}

const autocannon: Generator = {
  ...peer,
  name: 'autocannon',
  pacing: ['open', 'closed'],
  command: join('node_modules', 'autocannon', 'autocannon.js'),
  install: 'npm install',
  invoke: (command, task, { url }) => {
    const rate = task.pacing === 'open' ? ['-R', `${task.rps}`] : [];
    const load = ['-c', `${task.connections}`, '-d', `${warmUpS + task.seconds}`, ...rate];
    return { argv: [process.execPath, command, ...load, '--json', url] };
  },
  read: response(parseAutocannon),
};

const ours: Generator = {
  name: oursName,
  pacing: ['open', 'closed'],
  command: join(import.meta.dirname, 'engine-run.js'),
  install: 'npm run build',
  ownFromS: warmUpS,
  invoke: (command, task, { url }) => ({ argv: [process.execPath, command, JSON.stringify({ task, url })] }),
  read: (text) => JSON.parse(text) as OwnReport,
};

/** All of them, ours first. */
export const allGenerators: readonly Generator[] = [ours, wrk2, vegeta, k6, oha, hey, autocannon, wrk];

/** The path of a program, looked for as a shell does; undefined when it is not there. */
export function findCommand(command: string): string | undefined {
  const directories = command.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  return directories
    .map((directory) => join(directory, command))
    .find((path) => {
      try {
        accessSync(path, command.includes('/') ? constants.R_OK : constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
