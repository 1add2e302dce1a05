/** What is asked of a URL becomes a scenario that a file can hold; what makes no sense is told by the flags that said it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../../src/commands/check.ts';
import { runCommandLine } from '../../../src/commands/parse.ts';
import { runCommand } from '../../../src/commands/run.ts';
import type { Scenario } from '../../../src/model/scenario.ts';
import { known } from '../../../src/registry.ts';
import { loadScenario } from '../../../src/scenario/load-scenario.ts';
import { contextOf } from '../../helpers/command-context.ts';

const url = 'http://127.0.0.1:8080/items?id=1';

/** Nothing answers at the address that is asked, so nothing but the flags makes the scenario. */
async function printed(...flags: string[]) {
  const { context, told } = contextOf({}, '/nowhere');
  const words = ['run', url, '--print-scenario', '--pprof', 'off', ...flags];
  expect(await runCommandLine(words, context), told.stderr).toBe(0);
  return told.stdout;
}

/** A printed scenario as it runs later: what was secret in it comes from outside then. */
function read(text: string): Scenario {
  const values = { env: () => 'from-outside', file: expect.fail };
  return loadScenario({ file: 'kept.yaml', text, overrides: [], known, folder: '/elsewhere', values }).scenario;
}

async function refused(...words: string[]): Promise<string> {
  const { context, told } = contextOf({}, '/nowhere');
  expect(await runCommandLine(words, context)).toBe(2);
  expect(told.stdout).toBe('');
  return told.stderr;
}

describe('a URL and flags', () => {
  it('are a scenario that attaches and sends at a rate', async () => {
    const scenario = read(await printed('--rate', '200/s', '--for', '30s'));
    expect(scenario).toMatchObject({
      name: '127.0.0.1-8080',
      topology: { engine: 'external', targets: [] },
      target: { url },
      load: {
        mode: 'open',
        requests: [{ method: 'GET', path: '/items?id=1' }],
        steps: [{ name: '200/s', shape: { kind: 'constant', rps: 200 }, durationMs: 30_000, measure: true }],
      },
      observe: {},
    });
  });

  it.each<[string[], object]>([
    [[], { load: { steps: [{ shape: { kind: 'constant', rps: 100 }, durationMs: 10_000 }] } }],
    [['-X', 'put'], { load: { requests: [{ method: 'PUT' }] } }],
    [['-d', '{"id":1}'], { load: { requests: [{ method: 'POST', body: '{"id":1}' }] } }],
    [['-d', ''], { load: { requests: [{ method: 'POST', body: '' }] } }],
    [
      ['-H', 'Accept: text/plain', '-HX-A:b:c'],
      { load: { requests: [{ headers: { Accept: 'text/plain', 'X-A': 'b:c' } }] } },
    ],
    [['-c', '50'], { load: { mode: 'closed', steps: [{ shape: { kind: 'closed', connections: 50 } }] } }],
    [['-c', '50', '--rate', '9/s'], { load: { mode: 'open', maxConnections: 50 } }],
    [['--timeout', '2s', '--http2'], { load: { timeoutMs: 2000, http: 2 } }],
    [['--slo', 'p99 < 50ms', '--slo', 'errors < 1%'], { slo: [{ text: 'p99 < 50ms' }, { text: 'errors < 1%' }] }],
    [
      ['--warm-up', '2s'],
      { load: { steps: [{ name: 'warm-up', measure: false, durationMs: 2000 }, { measure: true }] } },
    ],
    [['--set', 'load.arrivals=poisson'], { load: { arrivals: 'poisson' } }],
    [
      ['--for', '3s', '--set', 'load.steps.0.rate=7/s'],
      { load: { steps: [{ durationMs: 3000, shape: { kind: 'constant', rps: 7 } }] } },
    ],
    [
      ['--metrics', 'http://127.0.0.1:1/metrics', '--set', 'observe.goroutines=2s'],
      { observe: { metrics: expect.anything(), goroutines: expect.anything() } },
    ],
    [['--set', 'load.steps=[{ rate: 7/s, for: 1s }]'], { load: { steps: [{ shape: { kind: 'constant', rps: 7 } }] } }],
  ])('%j', async (flags, expected) => {
    expect(read(await printed(...flags))).toMatchObject(expected);
  });

  it.each([
    [['--rate', '100/s..1000/s', '--for', '30s'], 6],
    [['--rate', '100/s..1000/s', '--stairs', '3'], 3],
    [['--rate', '1k/s..100/s', '--for', '1h'], 20],
    [['--rate', '1/s..2/s', '--for', '3s'], 2],
  ])('climb in stairs with %j', async (flags, stairs) => {
    expect(read(await printed(...flags)).load.steps).toHaveLength(stairs);
  });

  it.each<[string[], object[]]>([
    [['--pprof', 'http://127.0.0.1:6060'], [{ name: '127.0.0.1-6060', pprof: 'http://127.0.0.1:6060/debug/pprof' }]],
    [
      ['--pprof', 'http://127.0.0.1:6060/debug/pprof', '--metrics', 'http://127.0.0.1:9090/metrics'],
      [
        {
          name: '127.0.0.1-6060',
          pprof: 'http://127.0.0.1:6060/debug/pprof',
          metrics: 'http://127.0.0.1:9090/metrics',
        },
      ],
    ],
    [
      [
        '--pprof',
        'api=http://127.0.0.1:6060',
        '--metrics',
        'api=http://127.0.0.1:6061',
        '--pprof',
        'db=http://127.0.0.1:7070',
      ],
      [
        { name: 'api', pprof: 'http://127.0.0.1:6060/debug/pprof', metrics: 'http://127.0.0.1:6061/metrics' },
        { name: 'db', pprof: 'http://127.0.0.1:7070/debug/pprof' },
      ],
    ],
  ])('look at what %j names', async (flags, targets) => {
    const { context, told } = contextOf({}, '/nowhere');
    expect(await runCommandLine(['run', url, '--print-scenario', ...flags], context), told.stderr).toBe(0);
    const scenario = read(told.stdout);
    expect(scenario.topology).toMatchObject({ targets });
    expect(scenario.observe).toHaveProperty('goroutines');
  });

  it('are kept as they are run, whatever they are', async () => {
    const header = fc.tuple(fc.stringMatching(/^[A-Za-z][\w-]{0,12}$/), fc.stringMatching(/^[!-~]{0,20}$/));
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          rate: fc.integer({ min: 1, max: 9000 }),
          seconds: fc.integer({ min: 1, max: 900 }),
          headers: fc.uniqueArray(header, { selector: ([name]) => name.toLowerCase(), maxLength: 4 }),
          body: fc.option(
            fc.string({ unit: 'grapheme' }).filter((text) => !/^@|\$\{/.test(text)),
            { nil: undefined },
          ),
        }),
        async ({ rate, seconds, headers, body }) => {
          const flags = [
            ...['--rate', `${rate}/s`, '--for', `${seconds}s`],
            ...headers
              .filter(([, value]) => !value.includes('${'))
              .flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
            ...(body === undefined ? [] : [`--body=${body}`]),
          ];
          const { context, told } = contextOf({}, '/nowhere');
          const code = await runCommandLine(['run', url, '--print-scenario', '--pprof', 'off', ...flags], context);
          // A header or a body may be refused for what it is: then with its flag.
          if (code !== 0) {
            expect(told.stderr).toMatch(/^rampart: --(header|body)/);
            return;
          }
          const [request] = read(told.stdout).load.requests;
          expect(request?.body).toBe(body ?? '');
          expect(Object.keys(request?.headers ?? {})).toEqual(
            headers.filter(([, value]) => !value.includes('${')).map(([name]) => name),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('refused is', () => {
  it.each([
    [['--rate', '200'], '--rate must be a positive rate, or two of them, got "200" (did you mean 200/s?)'],
    [['--rate', '100..1000'], 'got "100..1000" (did you mean 100/s..1000/s?)'],
    [['--rate', '0/s'], '--rate must be a positive rate'],
    [['--rate', '1/s..2/s..3/s'], 'example: --rate 200/s, or --rate 100/s..1000/s'],
    [['--for', '30'], '--for must be a positive duration, got "30" (did you mean 30s?)'],
    [['--for', '0s', '--warm-up', 'long'], '--warm-up must be a positive duration, got "long"'],
    [['--stairs', '3'], '--stairs goes with a --rate from one to another'],
    [['--rate', '1/s..9/s', '--stairs', '1.5'], '--stairs must be a whole number from 2 to 200, got 1.5'],
    [['-H', 'no colon'], "--header must have the form 'NAME: VALUE'"],
    [['-H', 'A: 1', '-H', 'a: 2'], '--header gives a twice'],
    [['-d', '@'], '--body @FILE names a file, got @'],
    [['-d', '@gone.json'], 'names a file that is not there: /nowhere/gone.json'],
    [['-X', 'FETCH'], '--method load.request.method must be one of GET'],
    [['-c', '0'], '--connections'],
    [['--timeout', 'soon'], '--timeout load.timeout must be a positive duration, got "soon"'],
    [['--slo', 'p99 is small'], '--slo p99 is small slo[0] must be a rule'],
    [['--pprof', 'off', '--pprof', 'http://127.0.0.1:6060'], '--pprof off and --pprof URL exclude each other'],
    [['--pprof', 'ftp://127.0.0.1'], '--pprof must be an http URL'],
    [['--engine', 'process', '--scale', 'api=2'], '--engine process, --scale: of a URL nothing is started'],
    [['--dry-run', '--print-scenario'], '--dry-run and --print-scenario exclude each other'],
    [['--duration', '30s'], 'run has no --duration (did you mean --for?)'],
    [['--set', 'load.steps.0.rate=fast'], '--set load.steps.0.rate=fast load.steps[0].rate must be a positive rate'],
  ])('%j', async (flags, message) => {
    expect(await refused('run', url, '--pprof', 'off', ...flags).catch(() => '')).toContain(message);
  });

  it('a flag for a URL beside a file, with what a file has instead', async () => {
    expect(await refused('run', 'a.yaml', '--rate', '1/s', '-k')).toMatch(
      /^rampart: --rate, --insecure: only beside a URL; .*--set changes any key.*\na\.yaml: there is no such scenario file\n/,
    );
  });

  it.each(['compare', 'gate', 'pgo', 'check'])('a URL for %s, which starts what it looks at', async (command) => {
    const more = command === 'gate' ? ['--baseline', 'main'] : [];
    expect(await refused(command, 'http://a:secret@127.0.0.1:8080/', ...more)).toMatch(
      /…@127.0.0.1:8080\/: a URL is no scenario file/,
    );
  });

  it('an address without its scheme, with how it is written', async () => {
    expect(await refused('run', 'localhost:8080/x')).toContain('Did you mean http://localhost:8080/x?');
    expect(await refused('run', ':8080')).toContain('Did you mean http://127.0.0.1:8080?');
  });

  it('a host beyond this machine, with no word of what could be its password', async () => {
    const told = await refused('run', 'http://192.0.2.1:8080/', '--rate', '1/s');
    expect(told).toMatch(/^rampart: http:\/\/192\.0\.2\.1:8080\/ target\.url /);
    expect(await refused('run', 'http://anna:hidden@127.0.0.1/')).not.toContain('hidden');
  });
});

it('the commands that take a scenario tell of a URL where they take one', () => {
  expect(runCommand.options['scenario']?.describe).toContain('URL');
  expect(checkCommand.options['scenarios']?.describe).not.toContain('URL');
});
