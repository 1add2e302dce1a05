/** What is told of the load, of faults and of conditions, as metrics; counts are of the whole run, so that a rate can be made of them. */
import type { LoadTick, LoadWindow } from '../../model/load.ts';
import type { ConditionChange, FaultMoment } from '../../model/sample.ts';
import type { MetricHead, MetricStore } from './metric-store.ts';

const counter = (name: string, help: string, ...labelNames: string[]): MetricHead => ({
  name,
  help,
  type: 'counter',
  labelNames,
});
const gauge = (name: string, help: string, ...labelNames: string[]): MetricHead => ({
  name,
  help,
  type: 'gauge',
  labelNames,
});
const latency = (name: string, help: string, ...labelNames: string[]): MetricHead => ({
  name,
  help,
  type: 'histogram',
  labelNames,
});

/** All metrics of a run that are no observed series; the table in docs/metrics.md is made from them. */
export const loadMetrics = {
  run: {
    name: 'rampart_run_info',
    help: 'The run, by its id and scenario: always 1.',
    type: 'info',
    labelNames: ['scenario'],
  },
  over: gauge('rampart_run_over', 'Whether the load has ended: 1, else 0.'),
  step: gauge('rampart_step', 'Number of the step that runs, from 1.'),
  planned: counter('rampart_arrivals_planned_total', 'Arrivals that fell due, by step.', 'step'),
  arrivals: counter('rampart_arrivals_total', 'Arrivals that have an outcome, by step and outcome.', 'step', 'outcome'),
  errors: counter('rampart_errors_total', 'Failures, by step and kind, as reports name them.', 'step', 'kind'),
  resent: counter('rampart_requests_resent_total', 'Requests that were sent once more, by step.', 'step'),
  sent: counter('rampart_requests_sent_total', 'Requests that were written first, by the step that ran.', 'step'),
  answered: counter('rampart_answers_total', 'Good answers that ended, by the step that ran.', 'step'),
  opened: counter(
    'rampart_connections_opened_total',
    'Connections that the generator opened, by the step that ran.',
    'step',
  ),
  response: latency('rampart_response_seconds', 'From due time to outcome, by step in which it was due.', 'step'),
  service: latency('rampart_service_seconds', 'From the first byte sent to the last received, by step.', 'step'),
  firstByte: latency(
    'rampart_first_byte_seconds',
    'From the request written to the first byte of its answer, by step.',
    'step',
  ),
  lag: latency('rampart_lag_seconds', 'How late the generator itself was, by step.', 'step'),
  requestArrivals: counter(
    'rampart_request_arrivals_total',
    'Arrivals that have an outcome, by request; of several requests.',
    'step',
    'request',
    'outcome',
  ),
  requestResponse: latency(
    'rampart_request_response_seconds',
    'From due time to outcome, by request; of several requests.',
    'step',
    'request',
  ),
  inFlight: gauge('rampart_requests_in_flight', 'Requests that are under way.'),
  waiting: gauge('rampart_arrivals_waiting', 'Arrivals that wait for a connection.'),
  connections: gauge('rampart_connections', 'Connections that are open.'),
  cpu: gauge('rampart_generator_cpu_ratio', 'CPU of the generator, in cores.'),
  loop: gauge('rampart_generator_loop_busy_ratio', 'Share of the last second in which its event loop was busy.'),
  fault: gauge('rampart_fault_in_force', 'Whether a fault is in force: 1, else 0.', 'fault'),
  condition: gauge('rampart_condition_holds', 'Whether a condition holds: 1, else 0.', 'condition'),
} as const satisfies Readonly<Record<string, MetricHead>>;

const outcomes = [
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['timedOut', 'timed_out'],
  ['dropped', 'dropped'],
  ['unfinished', 'unfinished'],
] as const;

/** Adds what became known of the arrivals of one second. */
export function takeWindow(store: MetricStore, window: LoadWindow, step: string): void {
  const at = { step };
  store.add(loadMetrics.planned, at, window.planned);
  for (const [key, outcome] of outcomes) store.add(loadMetrics.arrivals, { step, outcome }, window[key]);
  for (const [kind, count] of Object.entries(window.errors)) store.add(loadMetrics.errors, { step, kind }, count);
  store.add(loadMetrics.resent, at, window.resent ?? 0);
  store.observe(loadMetrics.response, at, window.response);
  store.observe(loadMetrics.service, at, window.service);
  store.observe(loadMetrics.lag, at, window.lag);
  if (window.phases?.firstByte !== undefined) store.observe(loadMetrics.firstByte, at, window.phases.firstByte);
  for (const { name: request, ...own } of window.requests ?? []) {
    for (const [key, outcome] of outcomes) store.add(loadMetrics.requestArrivals, { step, request, outcome }, own[key]);
    store.observe(loadMetrics.requestResponse, { step, request }, own.response);
  }
}

/** Sets what was seen of the generator in one second, in the step that ran. */
export function takeTick(store: MetricStore, tick: LoadTick, step: string): void {
  store.add(loadMetrics.sent, { step }, tick.sent);
  store.add(loadMetrics.answered, { step }, tick.completed);
  store.add(loadMetrics.opened, { step }, tick.opened);
  store.set(loadMetrics.inFlight, {}, tick.inFlight);
  store.set(loadMetrics.waiting, {}, tick.waiting);
  store.set(loadMetrics.connections, {}, tick.connections);
  store.set(loadMetrics.cpu, {}, tick.cpuPercent / 100);
  store.set(loadMetrics.loop, {}, tick.loopUtilisation);
}

/** Sets whether a fault is in force. */
export function takeFault(store: MetricStore, { fault, moment }: FaultMoment): void {
  if (moment === 'begin' || moment === 'end') store.set(loadMetrics.fault, { fault }, moment === 'begin' ? 1 : 0);
}

/** Sets whether a condition holds. */
export function takeCondition(store: MetricStore, { condition, holds }: ConditionChange): void {
  store.set(loadMetrics.condition, { condition }, holds ? 1 : 0);
}
