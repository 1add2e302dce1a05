import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, leaveNothing, startCli, workDirectory, writeScenario } from '../helpers/cli.ts';
import { typedCommand } from '../helpers/typed-command.ts';

const builtCli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

let directory: string;
beforeEach(() => {
  directory = workDirectory();
});
leaveNothing();

const runArgs = ['run', 'short.yaml', '--engine', 'process', '--out', 'run'];
const run = (...flags: string[]) => cli([...runArgs, ...flags], directory);
const refused = (...flags: string[]) => typedCommand([...runArgs, ...flags], directory);

describe('a scenario that cannot be run', () => {
  it.each([
    ['no scenario file', [], /there is no such scenario file/],
    ['YAML syntax', [['name: short', 'name: [short']], /short\.yaml:\d+:\d+ /],
    ['an unknown key', [['  idle: 500ms', '  idel: 500ms']], /short\.yaml:8:9 load\.idel is not a known key/],
    [
      'a wrong unit',
      [['for: 2s', 'for: 2 weeks']],
      /short\.yaml:\d+:\d+ load\.steps\[1\]\.for must be a positive duration, got "2 weeks" \(example: 10s\)/,
    ],
    [
      'a negative rate',
      [['rate: 200/s', 'rate: -200/s']],
      /load\.steps\[1\]\.rate must be a positive rate, got "-200\/s" \(example: 500\/s\)/,
    ],
    [
      'a service that is not in the compose file',
      [['service: loadbalancer', 'service: gateway']],
      /short\.yaml:6:20 target\.service is not a service of .*compose\.yaml, got "gateway" \(services: .*loadbalancer/,
    ],
    [
      'a compose file that is missing',
      [['compose.yaml', 'nothing.yaml']],
      /short\.yaml:3:12 topology\.compose names a file that is not there: .*nothing\.yaml/,
    ],
  ] as const)('is refused before anything is started: %s', async (what, change, message) => {
    if (what !== 'no scenario file') writeScenario(directory, change);
    const { code, stderr, stdout } = await refused();
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('names the flag that cannot be read', async () => {
    writeScenario(directory);
    const { code, stderr } = await refused('--scale', 'downstream', '--env', 'GOMAXPROCS=2');
    expect(stderr).toContain('--scale must have the form SERVICE=N (example: --scale downstream=5), got "downstream"');
    expect(stderr).toContain('--env must have the form SERVICE.NAME=VALUE');
    expect(code).toBe(2);
  });

  it('has faults, of which no capacity can be asked', async () => {
    const file = writeScenario(directory);
    const faults = "faults:\n  - { at: 1s, for: 1s, kill: 'downstream#1' }\n";
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n${faults}`);
    const { code, stderr } = await typedCommand(['capacity', file, '--out', 'run', '--engine', 'process'], directory);
    expect(stderr).toContain('faults must be left out: capacity asks for the rate that a whole system holds');
    expect(code).toBe(2);
  });

  it('suggests the command that was meant', async () => {
    const { code, stderr } = await cli(['rnu', 'short.yaml'], directory);
    expect(stderr).toContain('did you mean run?');
    expect(code).toBe(2);
  });

  it('is refused when the run directory holds another run', async () => {
    writeScenario(directory);
    mkdirSync(join(directory, 'run'));
    writeFileSync(join(directory, 'run', 'result.json'), '{}');
    const { code, stderr } = await run();
    expect(stderr).toContain('the run directory must be new or empty, it holds result.json');
    expect(code).toBe(2);
  });

  it('takes everything down when the port for live metrics is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    writeScenario(directory);
    const { code, stderr } = await run('--metrics-port', String(port));
    server.close();
    expect(stderr).toContain(`port ${port} on 127.0.0.1 cannot be listened on`);
    expect(code).toBe(3);
  });
});

describe('a topology that does not come up', () => {
  it('shows the last lines of a service that dies at start', async () => {
    writeScenario(directory, [['DELAY: 3ms', 'DELAY: soon']]);
    const { code, stderr } = await run();
    expect(stderr).toMatch(/downstream-\d/);
    expect(stderr).toMatch(/DELAY.*"?soon"?/);
    expect(code).toBe(3);
  });

  it('says who is missing when services do not get ready', async () => {
    writeScenario(directory, [
      ['scale: { downstream: 2 }', 'scale: { downstream: 2 }\n  ready: 3s'],
      ['{ downstream: { DELAY: 3ms } }', '{ downstream: { LOADBALANCER_ADDR: "127.0.0.1:9" } }'],
    ]);
    const { code, stderr } = await run();
    expect(stderr).toMatch(/loadbalancer-1/);
    expect(stderr).toMatch(/0 of 2 downstreams registered/);
    expect(code).toBe(3);
  });

  it("shows the compiler's lines when Go code does not build", async () => {
    mkdirSync(join(directory, 'broken'));
    writeFileSync(join(directory, 'broken', 'go.mod'), 'module broken\n\ngo 1.25\n');
    writeFileSync(join(directory, 'broken', 'main.go'), 'package main\n\nfunc main() { undefinedFunction() }\n');
    writeFileSync(
      join(directory, 'compose.yaml'),
      'services:\n  api:\n    build: ./broken\n    ports: ["127.0.0.1::8080"]\n',
    );
    writeFileSync(
      join(directory, 'short.yaml'),
      'name: broken\ntopology: { compose: compose.yaml }\ntarget: { service: api, port: 8080 }\nload: { steps: [{ rate: 10/s, for: 1s }] }\n',
    );
    const { code, stderr } = await run();
    expect(stderr).toMatch(/main\.go:3:15: undefined: undefinedFunction/);
    expect(code).toBe(3);
  });
});

describe('a reader that has gone', () => {
  it('does not keep the command from ending, with the exit code it has anyway', async () => {
    const { child, end } = startCli(['report', 'nowhere'], directory);
    child.stdout?.destroy();
    child.stderr?.destroy();
    expect((await end).code).toBe(2);
  });
});

it('ends with 3 where its result cannot be written whole to stdout, and says so', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [builtCli, 'schema', 'result'], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  expect(stderr).toMatch(/^rampart: the result cannot be written to stdout: .*ENOSPC/);
  expect(code).toBe(3);
});
