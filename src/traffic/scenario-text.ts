/** Imported requests as the text of a scenario, and the files of data that stand beside it. */
import { stringify } from 'yaml';
import { formatDurationMs } from '../model/units.ts';
import type { FlowRequest } from './har/har-flow.ts';
import type { ImportedFeeder, ImportedRequest } from './requests/imported-request.ts';

/** A step as it is written. */
export interface WrittenStep {
  readonly name?: string;
  readonly rate?: string;
  readonly for: string;
}

/** What a scenario is written from. */
export interface ImportedScenario {
  readonly name: string;
  /** Lines of comment that say what was imported, and what was left out. */
  readonly about: readonly string[];
  readonly url: string;
  /** Where editors find what may stand in a scenario: an address, or a path from it. */
  readonly schema: string;
  /** The folder of its data as the scenario names it. */
  readonly data: string;
  readonly requests: readonly ImportedRequest[];
  /** Instead of requests by weight: all of them by one client, in this order. */
  readonly flow?: readonly FlowRequest[] | undefined;
  /** Keys of `load:` that come before the requests. */
  readonly load: Readonly<Record<string, unknown>>;
  readonly steps: readonly WrittenStep[];
}

const commentWidth = 110;

/** The whole text of a scenario. */
export function scenarioText({
  name,
  schema,
  about,
  url,
  data,
  requests,
  flow,
  load,
  steps,
}: ImportedScenario): string {
  const feeders = Object.fromEntries(
    requests.flatMap(({ feeder }) => (feeder ? [[feeder.name, { csv: `${data}/${feeder.name}.csv` }]] : [])),
  );
  const head = stringify(
    {
      name,
      topology: { engine: 'external' },
      target: { url },
      load: {
        ...load,
        ...(Object.keys(feeders).length > 0 ? { feeders } : {}),
        steps,
        ...(flow
          ? { flows: [writtenFlow(name, flow, data)] }
          : { requests: requests.map((each) => written(each, data)) }),
      },
      slo: ['errors < 1%'],
    },
    { lineWidth: 0 },
  );
  return `# yaml-language-server: $schema=${schema}\n${about.flatMap(wrapped).join('')}${withNotes(head, requests)}`;
}

function writtenFlow(name: string, flow: readonly FlowRequest[], data: string): Record<string, unknown> {
  return {
    name,
    ...(flow.length > 1 ? { cookies: true } : {}),
    requests: flow.map(({ request, thinkMs }) => ({
      ...written(request, data),
      ...(thinkMs > 0 ? { think: `${thinkMs}ms` } : {}),
    })),
  };
}

/** The file of a body that is no text. */
export function bodyFileOf(name: string): string {
  return `${name.replace(/[^A-Za-z\d.-]+/g, '-').replace(/^-|-$/g, '')}.body`;
}

function written(request: ImportedRequest, data: string): Record<string, unknown> {
  const { name, weight, method, path, headers, body, bodyBytes, basicAuth, statuses } = request;
  return {
    name,
    ...(weight === undefined ? {} : { weight }),
    ...(method === 'GET' ? {} : { method }),
    path,
    ...(headers && Object.keys(headers).length > 0 ? { headers } : {}),
    ...(body === undefined ? {} : { body }),
    ...(basicAuth ? { basicAuth } : {}),
    ...(bodyBytes ? { bodyFile: `${data}/${bodyFileOf(name)}` } : {}),
    ...(statuses ? { expect: { status: statuses.length === 1 ? statuses[0] : statuses } } : {}),
  };
}

/** Puts what is to be known of a request above it. */
function withNotes(text: string, requests: readonly ImportedRequest[]): string {
  const noted = requests.filter(({ notes = [] }) => notes.length > 0);
  if (noted.length === 0) return text;
  const notes = new Map(
    noted.map((each) => [`    - name: ${stringify(each.name, { lineWidth: 0 })}`.trimEnd(), each.notes]),
  );
  return text
    .split('\n')
    .flatMap((line) => [...(notes.get(line) ?? []).map((note) => `    # ${note}`), line])
    .join('\n');
}

/** A paragraph as lines of comment. */
function wrapped(paragraph: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of paragraph.replace(/[^\P{Cc}]+/gu, ' ').split(' ')) {
    if (line.length + 1 + word.length > commentWidth && line !== '#') {
      lines.push(`${line}\n`);
      line = '#  ';
    }
    line += ` ${word}`;
  }
  return [...lines, `${line}\n`];
}

/** Rows of data as CSV (RFC 4180), the columns first, many lines at a time. */
export function* csvText({ columns, rows }: ImportedFeeder): Iterable<string> {
  const lineOf = (fields: readonly string[]) => `${fields.map(csvField).join(',')}\n`;
  yield lineOf(columns);
  for (let from = 0; from < rows.length; from += 1000)
    yield rows
      .slice(from, from + 1000)
      .map(lineOf)
      .join('');
}

/** In quotes also where it is empty, so that a line is never mistaken for none. */
function csvField(value: string): string {
  return value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** So long a load is usual; a longer recording is sent for its busiest stretch. */
const usualS = 600;
const stepS = 60;

/** Where a load begins in a recording of so many seconds, and its steps: a minute each, or all of it. */
export interface RecordedPlan {
  readonly lengthS: number;
  readonly isWhole: boolean;
  readonly steps: readonly WrittenStep[];
}

/** The steps for a recording that lasts so long at its speed; `wantedS` says how much of it is sent. */
export function recordedPlan(lastsS: number, wantedS: number | undefined): RecordedPlan {
  const wholeS = Math.floor(lastsS) + 1;
  const lengthS = Math.min(wholeS, wantedS ?? usualS);
  const count = Math.max(1, Math.floor(lengthS / stepS));
  const rest = lengthS - (count - 1) * stepS;
  const steps = Array.from({ length: count }, (_, index) => ({
    name: count === 1 ? 'recorded' : `minute ${index + 1}`,
    for: formatDurationMs((index === count - 1 ? rest : stepS) * 1000),
  }));
  return { lengthS, isWhole: lengthS === wholeS, steps };
}
