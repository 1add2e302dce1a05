/**
 * What functions cost as samples for Prometheus, one for each service, step and function, at the time of the step (format: OpenMetrics 1.0,
 * github.com/prometheus/OpenMetrics). `promtool tsdb create-blocks-from openmetrics` takes it.
 */
import type { ProfileTop } from '../../model/profile-top.ts';
import type { Tags } from '../../model/tags.ts';

interface Family {
  readonly name: string;
  readonly unit?: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly untilNs: bigint;
}

/** What is known beside the table. */
interface Known {
  /** For each part of the table the end of its time, nanoseconds since 1970. */
  readonly untilNs: readonly bigint[];
  /** By the id of a run. */
  readonly tags: ReadonlyMap<string, Tags>;
}

/** The text; samples of a run carry its tags. */
export function functionCostMetrics(top: ProfileTop, known: Known): string {
  const families = [costFamily(top, known), totalFamily(top, known)].filter(({ samples }) => samples.length > 0);
  return `${families.map(familyText).join('')}# EOF\n`;
}

/** Seconds where the column has nanoseconds, as the names of metrics have base units. */
function unitOf(unit: string): { readonly suffix: string; readonly divisor: number } {
  if (unit === 'nanoseconds') return { suffix: 'seconds', divisor: 1e9 };
  return { suffix: unit === 'bytes' ? 'bytes' : '', divisor: 1 };
}

function costFamily({ costs, parts, column, unit }: ProfileTop, { untilNs, tags }: Known): Family {
  const { suffix, divisor } = unitOf(unit);
  const samples = costs.flatMap(({ service, run, requestsOf, functions }) =>
    functions.flatMap(({ name, costs: values }) =>
      values.flatMap(({ step, flat, cum }) => {
        const index = parts.findIndex((part) => part.service === service && part.run === run && part.step === step);
        const about = {
          ...tags.get(run ?? ''),
          service,
          ...(run === undefined ? {} : { run }),
          step,
          function: name,
          requests_of: requestsOf,
        };
        return [
          { labels: { ...about, scope: 'flat' }, value: flat / divisor, untilNs: untilNs[index] ?? 0n },
          { labels: { ...about, scope: 'cum' }, value: cum / divisor, untilNs: untilNs[index] ?? 0n },
        ];
      }),
    ),
  );
  const name = `rampart_function_${column}_per_request`;
  return {
    ...named(name, suffix),
    help: `What one request costs in a function (flat), and with all that it calls (cum): ${column}.`,
    samples,
  };
}

function totalFamily({ parts, column, unit }: ProfileTop, { untilNs, tags }: Known): Family {
  const { suffix, divisor } = unitOf(unit);
  const samples = parts.map(({ service, run, step, total }, index) => ({
    labels: {
      ...tags.get(run ?? ''),
      service,
      ...(run === undefined ? {} : { run }),
      ...(step === undefined ? {} : { step }),
    },
    value: total / divisor,
    untilNs: untilNs[index] ?? 0n,
  }));
  return {
    ...named(`rampart_profiled_${column}`, suffix),
    help: `All of ${column} in the profiles of a service.`,
    samples,
  };
}

function named(name: string, suffix: string): Pick<Family, 'name' | 'unit'> {
  const plain = name.replace(/[^a-zA-Z0-9_]/g, '_');
  return suffix === '' ? { name: plain } : { name: `${plain}_${suffix}`, unit: suffix };
}

function familyText({ name, unit, help, samples }: Family): string {
  // Points of one series belong together, in the order of their times.
  const sorted = samples
    .map((sample) => ({ ...sample, text: labelsText(sample.labels) }))
    .sort((a, b) => (a.text === b.text ? Number(a.untilNs - b.untilNs) : a.text < b.text ? -1 : 1));
  const lines = sorted.map(
    ({ text, value, untilNs }) => `${name}{${text}} ${value}${untilNs > 0n ? ` ${secondsText(untilNs)}` : ''}`,
  );
  return [
    `# TYPE ${name} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...lines,
    '',
  ].join('\n');
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}="${escaped(value)}"`)
    .join(',');
}

/** Of backslashes, newlines and quotes, as the grammar has it. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function secondsText(ns: bigint): string {
  const text = String(ns).padStart(10, '0');
  return `${text.slice(0, -9)}.${text.slice(-9, -6)}`;
}
