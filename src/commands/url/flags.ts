/** The flags that say, beside a URL, what a scenario file would. */
import type { Flag } from '../command.ts';

const group = 'With a URL';

/** Of every command that takes a URL: what is sent, how, and where its runtime is looked at. */
export const requestFlags: Readonly<Record<string, Flag>> = {
  method: {
    describe: 'Method of the request (default: GET, with a body POST)',
    type: 'string',
    short: 'X',
    value: 'METHOD',
    group,
    elsewhere: ['request'],
  },
  header: {
    describe: "A header, such as 'Accept: text/plain'",
    type: 'string',
    array: true,
    short: 'H',
    value: "'NAME: VALUE'",
    group,
    elsewhere: ['headers'],
  },
  body: {
    describe: 'Body of the request; @FILE for what is in a file',
    type: 'string',
    short: 'd',
    value: 'TEXT',
    group,
    mayBeEmpty: true,
    elsewhere: ['data', 'data-binary', 'body-file', 'payload'],
  },
  connections: {
    describe: 'At most so many at a time; without a rate a closed loop that keeps them busy',
    type: 'number',
    short: 'c',
    group,
    elsewhere: ['concurrency', 'vus', 'max-connections', 'workers'],
  },
  timeout: { describe: 'How long an answer may take (default: 10s)', type: 'string', group },
  http2: { describe: 'HTTP/2, without TLS with prior knowledge', type: 'boolean', group, elsewhere: ['h2', 'h2c'] },
  insecure: { describe: 'Take any certificate; the result says so', type: 'boolean', short: 'k', group },
  pprof: {
    describe:
      'Where Go pprof answers, or off (default: /debug/pprof of the address that is loaded is asked once, on loopback only)',
    type: 'string',
    array: true,
    value: '[NAME=]URL',
    group,
  },
  metrics: {
    describe: 'Where Prometheus metrics answer (default: /metrics is asked likewise)',
    type: 'string',
    array: true,
    value: '[NAME=]URL',
    group,
  },
};

/** Of `rampart run` alone: how much, how long, and what must hold. */
export const loadFlags: Readonly<Record<string, Flag>> = {
  rate: {
    describe: 'Requests per second, 200/s, or from one to another in stairs, 100/s..1000/s (default: 100/s)',
    type: 'string',
    value: 'RATE',
    group,
    elsewhere: ['rps', 'qps', 'throughput', 'r'],
  },
  for: {
    describe: 'How long (default: 10s)',
    type: 'string',
    group,
    elsewhere: ['duration', 'time', 'requests'],
  },
  stairs: {
    describe: 'In how many stairs from one rate to the other (default: one for each 5 s)',
    type: 'number',
    group,
  },
  'warm-up': {
    describe: 'First so long at the first rate, which is not measured (default: not)',
    type: 'string',
    value: 'TIME',
    group,
    elsewhere: ['warmup'],
  },
  slo: {
    describe: "What must hold, such as 'p99 < 50ms'; else the exit code is 1",
    type: 'string',
    array: true,
    group,
    elsewhere: ['threshold', 'thresholds', 'rule', 'assert'],
  },
};
