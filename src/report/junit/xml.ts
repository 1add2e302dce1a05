/** JUnit XML as CI servers read it: the elements and attributes that Jenkins's xunit plugin, GitLab and Azure Pipelines have in common. */

/** One thing that was checked; without `problem` it passed. */
export interface JunitCase {
  /** The same in every run; never a measured figure. */
  readonly name: string;
  readonly problem?:
    | { readonly kind: 'failure' | 'error'; readonly type: string; readonly message: string }
    | { readonly kind: 'skipped'; readonly message: string };
  /** What there is to say of it, whatever came of it. */
  readonly output?: string;
}

/** The cases of one scenario. */
export interface JunitSuite {
  readonly name: string;
  /** ISO 8601; told without its zone, which the format does not know, so in UTC. */
  readonly startedAt: string;
  readonly cases: readonly JunitCase[];
  /** What was seen and is no check, by name. */
  readonly properties?: readonly (readonly [name: string, value: string])[];
}

/**
 * The file. A case has neither `time`, because it would be read as a latency, nor `timestamp`, which the schema does not allow there.
 */
export function junitXml(tool: string, { name, startedAt, cases, properties = [] }: JunitSuite): string {
  const count = (kind: string) => cases.filter(({ problem }) => problem?.kind === kind).length;
  const counts = { tests: cases.length, failures: count('failure'), errors: count('error') };
  const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(startedAt)?.[0];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: tool, ...counts })}>`,
    `  <testsuite${attributes({ name, ...counts, skipped: count('skipped'), ...(stamp === undefined ? {} : { timestamp: stamp }) })}>`,
    ...propertyLines(properties),
    ...cases.flatMap((each) => caseLines(each, name)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function propertyLines(properties: NonNullable<JunitSuite['properties']>): string[] {
  if (properties.length === 0) return [];
  const lines = properties.map(([name, value]) => `      <property${attributes({ name, value })}/>`);
  return ['    <properties>', ...lines, '    </properties>'];
}

function caseLines({ name, problem, output }: JunitCase, suite: string): string[] {
  const head = `    <testcase${attributes({ classname: suite, name })}`;
  if (!problem && output === undefined) return [`${head}/>`];
  const told = problem
    ? [
        `      <${problem.kind}${attributes({ ...(problem.kind === 'skipped' ? {} : { type: problem.type }), message: problem.message })}/>`,
      ]
    : [];
  const text = output === undefined ? [] : [`      <system-out>${escaped(output)}</system-out>`];
  return [`${head}>`, ...told, ...text, '    </testcase>'];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(
      ([key, value]) =>
        ` ${key}="${escaped(String(value)).replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`)}"`,
    )
    .join('');
}

/** Characters that XML 1.0 has no way to write are replaced (production 2, Char). */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
