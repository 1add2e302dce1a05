/** Labels to endpoints and addresses. */
import { describe, expect, it } from 'vitest';
import {
  hintedPorts,
  readAllHints,
  readHints,
  refusesMetrics,
  targetAddresses,
} from '../../../src/topology/compose-file/service-labels.ts';

describe('readHints', () => {
  it('reads the labels of rampart, replica counts filled in', () => {
    const labels = {
      'rampart.go.package': './lb',
      'rampart.pprof.port': '6060',
      'rampart.metrics.port': '6061',
      'rampart.metrics.path': 'custom',
      'rampart.ready.port': '8080',
      'rampart.ready.path': '/readyz?downstreams={down-stream.replicas}',
    };
    expect(readHints('lb', labels, { 'down-stream': 3 })).toEqual({
      goPackage: './lb',
      pprof: { port: 6060, path: '/debug/pprof' },
      metrics: { port: 6061, path: '/custom' },
      ready: { port: 8080, path: '/readyz?downstreams=3' },
    });
  });

  it('takes those of profefe and Prometheus where its own are absent', () => {
    const labels = {
      'profefe.com/port': '1',
      'prometheus.io/port': '2',
      'prometheus.io/path': '/m',
      'rampart.metrics.port': '3',
    };
    expect(readHints('x', labels, {})).toMatchObject({ pprof: { port: 1 }, metrics: { port: 3, path: '/m' } });
  });

  it('reads switches and short forms', () => {
    expect(readHints('x', { 'rampart.metrics': '9100/stats' }, {})).toMatchObject({
      metrics: { port: 9100, path: '/stats' },
    });
    expect(readHints('x', { 'rampart.metrics': '9100' }, {}).metrics).toEqual({ port: 9100, path: '/metrics' });
    const wanted = { 'profefe.com/enable': 'true', 'profefe.com/path': '/admin/pprof', 'prometheus.io/port': '1' };
    expect(readHints('x', wanted, {})).toMatchObject({
      pprof: { port: 6060, path: '/admin/pprof' },
      metrics: { port: 1 },
    });
    const unwanted = {
      'profefe.com/enable': 'false',
      'profefe.com/port': '1',
      'prometheus.io/scrape': 'false',
      'prometheus.io/port': '1',
    };
    expect(readHints('x', unwanted, {})).toEqual({});
    expect(refusesMetrics(unwanted)).toBe(true);
    expect(refusesMetrics(wanted)).toBe(false);
  });

  it.each([
    [
      { 'rampart.metric.port': '1' },
      /service x: label rampart\.metric\.port is unknown \(labels: .*rampart\.metrics\.port/,
    ],
    [
      { 'rampart.metrics': '/metrics' },
      /label rampart\.metrics must be PORT, PORT\/PATH or false, got "\/metrics" .*example/,
    ],
    [{ 'rampart.pprof.path': '/p' }, /rampart\.pprof\.path needs rampart\.pprof\.port/],
    [{ 'rampart.ready.path': '/p' }, /rampart\.ready\.path needs rampart\.ready\.port/],
  ])('refuses %j, which would be read by nobody', (labels, message) => {
    expect(() => readAllHints([{ name: 'x', labels }], {})).toThrow(message);
  });

  it('tells such labels of all services at once', () => {
    const services = ['a', 'b'].map((name) => ({ name, labels: { 'rampart.port': '1' } }));
    expect(() => readAllHints(services, {})).toThrow(/service a: .*\nservice b: /);
  });

  it('takes a path whose port another label gives, and false', () => {
    expect(readHints('x', { 'rampart.pprof.path': '/p', 'profefe.com/enable': 'true' }, {})).toMatchObject({
      pprof: { port: 6060, path: '/p' },
    });
    expect(readHints('x', { 'rampart.metrics.path': '/m', 'prometheus.io/port': '1' }, {})).toMatchObject({
      metrics: { port: 1, path: '/m' },
    });
    expect(readHints('x', { 'rampart.metrics': 'false', 'prometheus.io/port': '1' }, {}).metrics).toBeUndefined();
  });

  it('refuses a port that is none and a service that is none', () => {
    expect(() => readHints('x', { 'rampart.pprof.port': 'http' }, {})).toThrow(
      /service x: label rampart\.pprof\.port .*"http".*example/,
    );
    expect(() => readHints('x', { 'rampart.ready.port': '1', 'rampart.ready.path': '/{y.replicas}' }, {})).toThrow(
      /\{y\.replicas\}.*"y"/,
    );
  });
});

it('addresses leave out what cannot be reached', () => {
  const hints = readHints('x', { 'rampart.pprof.port': '6060', 'rampart.metrics.port': '9' }, {});
  expect(hintedPorts(hints)).toEqual([6060, 9]);
  const addressOf = (port: number) => (port === 9 ? undefined : `127.0.0.1:${40_000 + port}`);
  expect(targetAddresses(hints, [8080, 9], addressOf)).toEqual({
    ports: { '8080': 'http://127.0.0.1:48080' },
    pprofUrl: 'http://127.0.0.1:46060/debug/pprof',
    metricsUrl: undefined,
  });
});
