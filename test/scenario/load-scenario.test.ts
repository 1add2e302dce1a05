import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RampartError } from '../../src/model/errors.ts';
import { loadScenario, type Override } from '../../src/scenario/load-scenario.ts';
import { duration } from '../../src/scenario/values.ts';
import { knownWith } from '../helpers/known-kinds.ts';

const known = knownWith([
  { kind: 'schedtrace', options: duration },
  { kind: 'gctrace', options: z.literal(true) },
]);

const good = `name: ramp
topology:
  compose: compose.yaml
  env: { loadbalancer: { GOMAXPROCS: 2 } }
target: { service: loadbalancer, port: 8080 }
load:
  steps:
    - { name: warm-up, rate: 200/s, for: 5s, measure: false }
    - { name: ramp, from: 500/s, to: 2000/s, for: 20s }
observe:
  schedtrace: 1s
  gctrace: false
slo:
  - p99 < 50ms
`;

function load(text: string, overrides: Override[] = []) {
  return loadScenario({ file: 'ramp.yaml', text, overrides, known }).scenario;
}

function refused(text: string, overrides: Override[] = []): string[] {
  try {
    load(text, overrides);
  } catch (error) {
    expect(error).toBeInstanceOf(RampartError);
    expect((error as RampartError).exitCode).toBe(2);
    return (error as RampartError).message.split('\n');
  }
  throw new Error('the scenario was accepted');
}

describe('loadScenario', () => {
  it('tells a compose file, which others may be merged into, from a list, which is all there is', () => {
    const alone = load(good).topology;
    expect(alone).toMatchObject({ compose: 'compose.yaml' });
    expect(alone).not.toHaveProperty('composeFiles');
    for (const files of [['a.yaml'], ['a.yaml', 'b.yaml']]) {
      const listed = load(good.replace('compose: compose.yaml', `compose: [${files.join()}]`)).topology;
      expect(listed).toMatchObject({ compose: 'a.yaml', composeFiles: files });
    }
  });

  it('fills defaults and turns units into numbers', () => {
    const scenario = load(good);
    expect(scenario.topology).toMatchObject({
      engine: 'auto',
      readyTimeoutMs: 60_000,
      env: { loadbalancer: { GOMAXPROCS: '2' } },
    });
    expect(scenario.load).toMatchObject({
      mode: 'open',
      http: 1,
      arrivals: 'uniform',
      maxConnections: 1000,
      workers: 'auto',
      resend: 'safe',
      timeoutMs: 10_000,
      idleMs: 2000,
    });
    expect(scenario.load.steps[1]).toEqual({
      name: 'ramp',
      shape: { kind: 'linear', fromRps: 500, toRps: 2000 },
      durationMs: 20_000,
      measure: true,
    });
    expect(scenario.slo).toEqual([
      { text: 'p99 < 50ms', metric: 'p99', comparison: '<', bound: 50_000, step: undefined },
    ]);
    expect(scenario.validity).toEqual({ minSentShare: 0.99, maxLagP99Ms: 5, maxLoopShare: 0.95, maxOwnShare: 0.5 });
  });

  it('keeps only the samplers that are on', () => {
    expect(load(good).observe).toEqual({ schedtrace: 1000 });
  });

  it('is frozen to the bottom', () => {
    const scenario = load(good);
    expect(Object.isFrozen(scenario.load.steps[0]?.shape)).toBe(true);
  });

  it('turns stairs into one constant step each', () => {
    const text = good.replace(
      '{ name: ramp, from: 500/s, to: 2000/s, for: 20s }',
      '{ name: up, from: 500/s, to: 2000/s, stairs: 4, for: 20s }',
    );
    const steps = load(text).load.steps.slice(1);
    expect(steps.map((step) => step.name)).toEqual(['up 500/s', 'up 1000/s', 'up 1500/s', 'up 2000/s']);
    expect(steps.every((step) => step.durationMs === 5000)).toBe(true);
  });

  it('reads spikes and sines', () => {
    const steps = `    - { rate: 100/s, peak: 1000/s, peakFor: 2s, for: 10s }\n    - { rate: 100/s, amplitude: 50/s, period: 5s, for: 10s }\nobserve:`;
    const shapes = load(good.replace('observe:', steps))
      .load.steps.slice(2)
      .map((step) => step.shape);
    expect(shapes).toEqual([
      { kind: 'spike', baseRps: 100, peakRps: 1000, peakMs: 2000 },
      { kind: 'sine', meanRps: 100, amplitudeRps: 50, periodMs: 5000 },
    ]);
  });

  it('reports every mistake of a file at once, each with line and column', () => {
    const text = good
      .replace('rate: 200/s', 'rate: fast')
      .replace('slo:', 'sla: 3\nslo:')
      .replace('p99 < 50ms', 'p98 < 50');
    expect(refused(text)).toEqual([
      'ramp.yaml:8:30 load.steps[0].rate must be a positive rate, got "fast" (example: 500/s)',
      'ramp.yaml:15:5 slo[0] must be a rule, got "p98 < 50": percentiles that every result has are p50, p90, p95, p99, p99.9 (example: p99 < 50ms, errors < 0.1%, rps > 900/s)',
      'ramp.yaml:13:6 sla is not a known key (did you mean slo?)',
    ]);
  });

  it.each([
    [
      'a number without a unit',
      'rate: 200/s',
      'rate: 200',
      'ramp.yaml:8:30 load.steps[0].rate must be a positive rate, got 200 (example: 500/s)',
    ],
    [
      'a negative rate',
      'rate: 200/s',
      'rate: -5/s',
      'ramp.yaml:8:30 load.steps[0].rate must be a positive rate, got "-5/s" (example: 500/s)',
    ],
    [
      'a wrong unit',
      'for: 5s',
      'for: 5 parsecs',
      'ramp.yaml:8:42 load.steps[0].for must be a positive duration, got "5 parsecs" (example: 10s)',
    ],
    [
      'an unknown sampler',
      '  schedtrace: 1s',
      '  shedtrace: 1s',
      'ramp.yaml:11:14 observe.shedtrace is not a known key (did you mean schedtrace?)',
    ],
    [
      'a bad option of a sampler',
      '  schedtrace: 1s',
      '  schedtrace: often',
      'ramp.yaml:11:15 observe.schedtrace must be a positive duration, got "often" (example: 10s)',
    ],
    ['a missing target', 'target: { service: loadbalancer, port: 8080 }\n', '', 'ramp.yaml:1:1 target is missing'],
    [
      'a target that is half said',
      'port: 8080 }',
      '}',
      'ramp.yaml:5:9 target must have service and port, or url or socket alone (example: { service: loadbalancer, port: 8080 })',
    ],
    [
      'load to another machine',
      'target: { service: loadbalancer, port: 8080 }',
      'target: { url: "http://example.com/" }',
      'ramp.yaml:5:16 target.url names example.com, which is not this machine, and load goes to others only by consent: --allow-host example.com, or target: { allow: [example.com] }',
    ],
    [
      'a missing compose file',
      '  compose: compose.yaml\n',
      '',
      'ramp.yaml:3:3 topology.compose is missing: which compose file describes the services? (example: compose: compose.yaml)',
    ],
    [
      'no compose file in a list',
      '  compose: compose.yaml\n',
      '  compose: []\n',
      'ramp.yaml:3:12 topology.compose must name at least one compose file (example: [compose.yaml])',
    ],
    [
      'a compose file that is no text',
      '  compose: compose.yaml\n',
      '  compose: [a.yaml, 5]\n',
      'ramp.yaml:3:21 topology.compose[1] must be a compose file, got 5 (example: ../compose/compose.yaml)',
    ],
    [
      'profiles of what is not started here',
      '  compose: compose.yaml\n',
      '  engine: external\n  profiles: [debug]\n',
      'ramp.yaml:4:13 topology.profiles must not be given with engine: external, which starts nothing',
    ],
    [
      'two steps of one name',
      'name: ramp, from',
      'name: warm-up, from',
      'ramp.yaml:8:5 load.steps must have names of their own, but "warm-up" is there more than once',
    ],
    [
      'a number of workers that is none',
      'load:\n',
      'load:\n  workers: many\n',
      'ramp.yaml:7:12 load.workers must be auto or a whole number from 1 to 64, got "many" (example: auto)',
    ],
    [
      'a way to resend that is none',
      'load:\n',
      'load:\n  resend: always\n',
      'ramp.yaml:7:11 load.resend must be safe or never, got "always" (example: never)',
    ],
    [
      'too many workers',
      'load:\n',
      'load:\n  workers: 65\n',
      'ramp.yaml:7:12 load.workers must be a whole number from 1 to 64, got 65 (example: 2)',
    ],
    [
      'more workers than connections',
      'load:\n',
      'load:\n  workers: 3\n  maxConnections: 2\n',
      'ramp.yaml:7:12 load.workers must not be more than maxConnections, 2: each needs a connection',
    ],
    [
      'connections of a step in an open loop',
      'for: 5s,',
      'for: 5s, connections: 3,',
      'ramp.yaml:8:59 load.steps[0].connections is for mode: closed; in an open load connections are opened as they are needed',
    ],
    [
      'a rule for a step that is not measured',
      '  - p99 < 50ms',
      '  - { rule: p99 < 50ms, step: warm-up }',
      'ramp.yaml:14:31 slo[0].step names a step that is not measured: "warm-up"',
    ],
    [
      'a version of HTTP that there is not',
      'load:\n',
      'load:\n  http: 3\n',
      'ramp.yaml:7:9 load.http must be 1 or 2, got 3 (example: 2)',
    ],
    [
      'replicas of what already runs',
      '  compose: compose.yaml\n  env: { loadbalancer: { GOMAXPROCS: 2 } }',
      '  engine: external\n  scale: { loadbalancer: 2 }',
      'ramp.yaml:4:10 topology.scale must not be given with engine: external, which leaves what runs as it is',
    ],
    [
      'variables of what already runs',
      '  compose: compose.yaml\n',
      '  engine: external\n',
      'ramp.yaml:4:8 topology.env must not be given with engine: external, which leaves what runs as it is',
    ],
    ['broken YAML', 'slo:\n', 'slo: [\n', /^ramp\.yaml:\d+:\d+ /],
  ])('refuses %s', (_, from, to, message) => {
    expect(good).toContain(from);
    const [first] = refused(good.replace(from, to));
    if (typeof message === 'string') expect(first).toBe(message);
    else expect(first).toMatch(message);
  });

  it('names the flag when the mistake came from the command line', () => {
    const override = { flag: '--set load.timeout=soon', path: ['load', 'timeout'], value: 'soon' };
    expect(refused(good, [override])).toEqual([
      '--set load.timeout=soon load.timeout must be a positive duration, got "soon" (example: 10s)',
    ]);
  });

  it('shows no password of a URL that is given with a flag', () => {
    const url = 'http://zoe:s3cret@127.0.0.1:1/';
    const [line = ''] = refused(good, [{ flag: `--set target.url=${url}`, path: ['target', 'url'], value: url }]);
    expect(line).toMatch(/^--set target\.url=…@127\.0\.0\.1:1\/ target\.url must have no user name/);
    expect(line).not.toContain('s3cret');
  });

  it('takes overrides over what the file says', () => {
    const scenario = load(good, [{ flag: '--engine process', path: ['topology', 'engine'], value: 'process' }]);
    expect(scenario.topology.engine).toBe('process');
  });

  it('places a mistake that was found later', () => {
    const loaded = loadScenario({ file: 'ramp.yaml', text: good, overrides: [], known });
    const error = loaded.refuse([{ path: ['target', 'service'], message: 'is not there' }]);
    expect(error.message).toBe('ramp.yaml:5:20 target.service is not there');
  });

  it.each(['', '# nothing\n', '---\n'])('refuses an empty file: %j', (text) => {
    expect(refused(text)).toEqual(['ramp.yaml:1:1 is empty: a scenario has at least name, topology, target and load']);
  });

  it('says what is missing', () => {
    expect(refused('{}').map((line) => line.split(' ')[1])).toEqual(['name', 'topology', 'target', 'load']);
  });

  it.each([
    ['a text', 'hello', /^ramp\.yaml:1:1 the scenario must be a map, got "hello"$/],
    ['a list', '- a', /^ramp\.yaml:1:1 the scenario must be a map, got a list$/],
    ['several documents', `${good}---\nname: b\n`, /^ramp\.yaml:15:1 begins another document/],
    ['a tag that means nothing', good.replace('name: ramp', 'name: !!python ramp'), /^ramp\.yaml:1:7 .*tag/i],
    ['a circle', good.replace('{ loadbalancer: { GOMAXPROCS: 2 } }', '&e { a: *e }'), /^ramp\.yaml:4:\d+ /],
    ['depths', `name: ${'['.repeat(20_000)}`, /^ramp\.yaml:\d+:\d+ /],
    [
      'a bomb of aliases',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'.replace(/./g, (key) => {
        const before = String.fromCharCode(key.charCodeAt(0) - 1);
        return `${key}: &${key} [${`*${before}, `.repeat(9)}]\n`;
      })}`,
      /^ramp\.yaml:2:8 begins aliases of aliases/,
    ],
  ])('refuses %s with its place', (_, text, message) => {
    expect(refused(text)[0]).toMatch(message);
  });

  it.each([
    ['load:\n', 'load:\n  reqests: []\n', 'ramp.yaml:7:12 load.reqests is not a known key (did you mean requests?)'],
    [
      'target: {',
      'target: { timeout: 5s,',
      'ramp.yaml:5:20 target.timeout is not a known key (it stands at load.timeout)',
    ],
    [
      'rate: 200/s',
      'rps: 200/s',
      'ramp.yaml:8:29 load.steps[0].rps is not a known key (keys: name, for, measure, rate,',
    ],
  ])('says what an unknown key may have been meant to be', (from, to, message) => {
    expect(refused(good.replace(from, to))[0]).toContain(message);
  });

  it('takes merge keys', () => {
    const text = good.replace(
      '    - { name: warm-up, rate: 200/s, for: 5s, measure: false }',
      '    - &low { name: low, rate: 200/s, for: 5s }\n    - { <<: *low, name: again }',
    );
    expect(load(text).load.steps.map(({ name }) => name)).toEqual(['low', 'again', 'ramp']);
  });

  it('gives services the text that is written, whatever number YAML makes of it', () => {
    const text = good.replace(
      'GOMAXPROCS: 2',
      'A: 1.10, B: 0x10, C: 9007199254740993, D: 1e3, E: True, F: "007", G: 007',
    );
    const written = { A: '1.10', B: '0x10', C: '9007199254740993', D: '1e3', E: 'True', F: '007', G: '007' };
    expect(load(text).topology).toMatchObject({ env: { loadbalancer: written } });
    const { text: resolved } = loadScenario({ file: 'ramp.yaml', text, overrides: [], known });
    expect(load(resolved).topology).toMatchObject({ env: { loadbalancer: written } });
  });

  it('tells a flag that finds no map where it is to be set', () => {
    const override = { flag: '--engine process', path: ['topology', 'engine'], value: 'process' };
    expect(refused('topology: here', [override])[0]).toMatch(/^--engine process cannot be set: /);
  });
});

describe('variants', () => {
  const withVariants = `${good}variants:
  plain: {}
  more: { scale: { loadbalancer: 3 }, env: { loadbalancer: { GOGC: off } }, limits: { loadbalancer: { cpus: 1.5, memory: 256MiB } } }
prices: { core: 0.07 }
`;

  it('are read with their units', () => {
    const { variants, prices } = load(withVariants);
    expect(variants?.['more']).toEqual({
      scale: { loadbalancer: 3 },
      env: { loadbalancer: { GOGC: 'off' } },
      limits: { loadbalancer: { cpus: 1.5, memoryBytes: 256 * 1024 ** 2 } },
    });
    expect(prices?.gib).toBeCloseTo(0.01);
  });

  it('become the topology, on top of what it sets, when one is taken', () => {
    const { scenario, text } = loadScenario({
      file: 'ramp.yaml',
      text: withVariants,
      overrides: [],
      known,
      variant: 'more',
    });
    expect(scenario.variants).toBeUndefined();
    expect(scenario.topology).toMatchObject({
      scale: { loadbalancer: 3 },
      env: { loadbalancer: { GOMAXPROCS: '2', GOGC: 'off' } },
      limits: { loadbalancer: { cpus: 1.5 } },
    });
    expect(load(text)).toEqual(scenario);
  });

  it('bring overlays whose paths can be made absolute', () => {
    const text = withVariants.replace('  plain: {}', '  plain: { overlays: [a.yaml] }');
    const overrides = [{ flag: 'ramp.yaml', path: ['topology', 'overlays', 0], value: '/x/a.yaml' }];
    const { scenario } = loadScenario({ file: 'ramp.yaml', text, overrides, known, variant: 'plain' });
    expect(scenario.topology).toMatchObject({ overlays: ['/x/a.yaml'] });
  });

  it('are refused with their place', () => {
    const wrong = withVariants.replace('256MiB', '256').replace('GOGC: off', 'GOGC: [1]');
    expect(refused(wrong)).toEqual([
      expect.stringMatching(
        /ramp\.yaml:17:\d+ variants\.more\.env\.loadbalancer\.GOGC must be a text or a number, got a list/,
      ),
      expect.stringMatching(
        /ramp\.yaml:17:\d+ variants\.more\.limits\.loadbalancer\.memory must be a size, got 256 \(example: 256MiB\)/,
      ),
    ]);
  });

  it('cannot ask the process engine for what only containers can be given', () => {
    expect(
      refused(withVariants.replace('  compose: compose.yaml', '  compose: compose.yaml\n  engine: process')),
    ).toEqual([expect.stringMatching(/variants\.more\.limits needs Docker, .*--engine compose/)]);
  });
});
