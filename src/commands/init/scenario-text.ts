/** The text of a first scenario, whatever it is for; pure. */

/** What differs from one to the other: whole lines of YAML, without the newline at their end. */
export interface ScenarioParts {
  readonly schema: string;
  readonly topology: string;
  readonly target: string;
  /** Of `load.request`, such as `{ path: / }`. */
  readonly request: string;
  /** Whether it can be asked for goroutines, and for metrics; what is not there is left out. */
  readonly hasPprof: boolean;
  readonly hasMetrics: boolean;
  /** Whether rampart starts it, and so can tell the runtime to trace. */
  readonly isStarted: boolean;
}

/** The whole file. */
export function scenarioText(parts: ScenarioParts): string {
  const { schema, topology, target, request, hasPprof, hasMetrics, isStarted } = parts;
  const observe = [
    ...(isStarted ? ['schedtrace: 1s', 'gctrace: true'] : []),
    ...(hasPprof ? ['goroutines: 5s'] : []),
    ...(hasMetrics ? ['metrics: 1s'] : []),
    'containers: 1s',
  ];
  return `# yaml-language-server: $schema=${schema}
# A first ramp: where does response p99 leave its level, and what does the Go runtime do there?
# Look at the steps table first, then at run queues and goroutines in the charts below it.
name: ramp
topology:
${topology}
target: ${target}
load:
  request: ${request}
  steps:
    - { name: warm-up, rate: 50/s, for: 5s, measure: false }
    - { from: 100/s, to: 500/s, stairs: 5, for: 50s }
observe:
${observe.map((line) => `  ${line}`).join('\n')}
slo:
  - errors < 0.1%
`;
}

/** A value in YAML's flow form, plain where that reads the same. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    return `{ ${entries.map(([key, one]) => `${flow(key)}: ${flow(one)}`).join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  return isPlain(value) ? value : JSON.stringify(value);
}

/** A text that YAML takes for itself in every version: no number, no word for true or nothing, no sign. */
function isPlain(text: string): boolean {
  return (
    /^(?:(?:[A-Za-z_]|\.\.?\/|\/)[\w./-]*|\.\.?)$/.test(text) &&
    !/^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i.test(text)
  );
}
