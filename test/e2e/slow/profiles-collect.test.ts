/** `rampart profiles collect` from real Go programs: local ones, and those of a compose project. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CollectStatus } from '../../../src/model/collect-status.ts';
import { cli, startCli, workDirectory } from '../../helpers/cli.ts';
import { hasDocker, itWithDocker } from '../../helpers/docker.ts';

const directory = workDirectory();
const binary = join(directory, 'service');
const image = `rampart-collect-test:${process.pid}`;
const project = `rampart-collect-${process.pid}`;
const composeFile = join(directory, 'compose.yaml');
const started: ChildProcess[] = [];

/** A program that burns CPU in a function of its own, and shows pprof on every address it is given. */
const source = `package main

import (
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"
)

var sink int

//go:noinline
func burnSome() {
	for i := 0; i < 2e6; i++ {
		sink += i * i
	}
}

func main() {
	go func() {
		for {
			burnSome()
			time.Sleep(5 * time.Millisecond)
		}
	}()
	for _, address := range os.Args[2:] {
		go http.ListenAndServe(address, nil)
	}
	panic(http.ListenAndServe(os.Args[1], nil))
}
`;

const compose = `name: ${project}
services:
  web: { image: "${image}", command: [":6060"], deploy: { replicas: 2 }, labels: { rampart.label.team: pay } }
  api: { image: "${image}", command: [":7070"], ports: ["127.0.0.1::7070"], labels: { profefe.com/enable: "true", profefe.com/port: "7070" } }
  guest: { image: "${image}", command: [":8081"], network_mode: "service:api", labels: { rampart.profile.port: "8081" } }
  off: { image: "${image}", command: [":6060"], labels: { rampart.profile.enable: "false" } }
  silent: { image: "${image}", command: [":9999"] }
`;

function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** The bytes of all profiles of a store, with what is known of each. */
function stored(store: string) {
  return readdirSync(join(store, 'entries'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const { service, type, labels, sha256 } = JSON.parse(readFileSync(join(store, 'entries', file), 'utf8'));
      const content = readdirSync(join(store, 'content'), { recursive: true, encoding: 'utf8' }).find((each) =>
        each.includes(sha256),
      );
      return { service, type, labels, path: join(store, 'content', content ?? '') } as {
        service: string;
        type: string;
        labels: { key: string; value: string }[];
        path: string;
      };
    });
}

function top(path: string): string {
  return execFileSync('go', ['tool', 'pprof', '-top', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

beforeAll(() => {
  writeFileSync(join(directory, 'go.mod'), 'module example.com/service\n\ngo 1.21\n');
  writeFileSync(join(directory, 'main.go'), source);
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: directory, env: { ...process.env, CGO_ENABLED: '0' } });
  if (!hasDocker) return;
  writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch\nCOPY service /service\nENTRYPOINT ["/service"]\n');
  docker('build', '--quiet', '--tag', image, directory);
  writeFileSync(composeFile, compose);
  docker('compose', '--file', composeFile, 'up', '--detach', '--quiet-pull');
  docker('compose', '--file', composeFile, 'run', '--detach', 'web', ':6060');
});

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  if (!hasDocker) return;
  docker('compose', '--file', composeFile, 'down', '--remove-orphans', '--timeout', '1');
  docker('rmi', '--force', image);
});

/** Starts the program on these ports of a loopback address of its own. */
async function start(...addresses: string[]): Promise<ChildProcess> {
  const child = spawn(binary, addresses, { stdio: 'ignore' });
  started.push(child);
  await vi.waitFor(
    async () => {
      for (const address of addresses) expect((await fetch(`http://${address}/debug/pprof/cmdline`)).status).toBe(200);
    },
    { timeout: 50_000 },
  );
  return child;
}

describe('of local programs', () => {
  it('takes each type once, keeps what go tool pprof reads, and tells what is missing', async () => {
    await start('127.63.1.1:6060');
    await start('127.63.1.2:6060', '127.63.1.2:6061');
    writeFileSync(
      join(directory, 'list.json'),
      '[{"targets": ["127.63.1.2:6060", "127.63.1.2:6061"], "labels": {"service": "worker", "env": "dev"}}]',
    );
    const { code, stdout, stderr } = await cli(
      [
        'profiles',
        'collect',
        '--target',
        'api=http://127.63.1.1:6060',
        '--target',
        'down=127.63.1.3:6060',
        '--file-sd',
        'list.json',
        '--type',
        'cpu=1s',
        '--type',
        'fgprof=on',
        '--label',
        'region=eu',
        '--once',
        '--json',
        '--store',
        'once',
      ],
      directory,
    );
    expect(code, stderr).toBe(0);
    const status = JSON.parse(stdout) as CollectStatus;
    const outcomes = Object.fromEntries(
      status.targets.map(({ id, types }) => [id, types.map(({ type, outcome }) => `${type} ${outcome}`)]),
    );
    const answered = ['cpu ok', 'heap ok', 'block empty', 'mutex empty', 'goroutine ok', 'fgprof absent'];
    expect(outcomes['127.63.1.1:6060']).toEqual(answered);
    expect(outcomes['127.63.1.2:6061']).toEqual(answered);
    expect(outcomes['127.63.1.3:6060']?.[0]).toBe('cpu unreachable');
    expect(stderr).toMatch(/127.63.1.2:6060 and 127.63.1.2:6061 are one, process \d+/);
    const profiles = stored(join(directory, 'once'));
    expect(profiles).toHaveLength(9);
    const api = profiles.find(({ service, type }) => service === 'api' && type === 'cpu');
    expect(top(api?.path ?? '')).toContain('main.burnSome');
    expect(profiles.find(({ service }) => service === 'worker')?.labels).toEqual(
      expect.arrayContaining([
        { key: 'env', value: 'dev' },
        { key: 'region', value: 'eu' },
      ]),
    );
  });

  it('takes up what a list says anew, serves its status, and ends at once with a CPU profile under way', async () => {
    const child = await start('127.63.1.4:6060');
    const list = join(directory, 'changing.yaml');
    writeFileSync(list, '- targets: []\n');
    const collecting = startCli(
      [
        'profiles',
        'collect',
        '--file-sd',
        'changing.yaml',
        '--interval',
        '31s',
        '--type',
        'cpu=30s',
        '--store',
        'long',
        '--status-port',
        '0',
      ],
      directory,
    );
    await collecting.sees(/status: http:\S+/);
    writeFileSync(list, '- targets: [');
    await collecting.sees('the last good list is kept');
    writeFileSync(list, '- targets: ["127.63.1.4:6060"]\n');
    await collecting.sees('127.63.1.4:6060 is collected');
    child.kill('SIGKILL');
    collecting.child.kill('SIGINT');
    const { code, stdout } = await collecting.end;
    expect([0, 3]).toContain(code);
    expect(stdout).toMatch(/changing.yaml: 1 target/);
  });

  it('closes a CPU profile when it is interrupted, so that the next one can begin', async () => {
    await start('127.63.1.5:6060');
    const collecting = startCli(
      [
        'profiles',
        'collect',
        '--target',
        '127.63.1.5:6060',
        '--type',
        'cpu=30s',
        '--interval',
        '5m',
        '--once',
        '--store',
        'cut',
      ],
      directory,
    );
    await collecting.sees(/is collected/);
    // The goroutine that writes a CPU profile is there as long as one is taken.
    const profiled = async () =>
      (await (await fetch('http://127.63.1.5:6060/debug/pprof/goroutine?debug=1')).text()).includes('profileWriter');
    await vi.waitFor(async () => expect(await profiled()).toBe(true), { timeout: 50_000 });
    collecting.child.kill('SIGINT');
    const { code, stdout } = await collecting.end;
    expect(code).toBe(130);
    expect(stdout).toContain('0 profiles kept');
    await vi.waitFor(async () => expect(await profiled()).toBe(false), { timeout: 50_000 });
  });

  it('ends with 3 where nothing answers', async () => {
    const { code, stderr } = await cli(
      ['profiles', 'collect', '--target', '127.63.1.9:1', '--once', '--store', 'none'],
      directory,
    );
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/does not answer: connect ECONNREFUSED/);
    expect(stderr).toMatch(/nothing was collected/);
  });

  it('sends them to a server, which gives them to go tool pprof', async () => {
    await start('127.63.1.6:6060');
    const serving = startCli(['profiles', 'serve', '--store', 'served', '--port', '0'], directory);
    let told = '';
    serving.child.stderr?.on('data', (text: string) => {
      told += text;
    });
    await serving.sees(/profiles at http:\/\/\S+/);
    const url = /profiles at (http:\/\/[\d.:]+)/.exec(told)?.[1] ?? '';
    const { code, stderr } = await cli(
      [
        'profiles',
        'collect',
        '--target',
        'api=127.63.1.6:6060',
        '--type',
        'cpu=1s',
        '--label',
        'note=a,b=c d',
        '--once',
        '--to',
        url,
      ],
      directory,
    );
    expect(code, stderr).toBe(0);
    const [from, to] = [-3_600_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString().slice(0, 19));
    const merged = `${url}/api/0/profiles/merge?service=api&type=cpu&from=${from}&to=${to}&labels=note=${encodeURIComponent(encodeURIComponent('a,b=c d'))}`;
    expect(top(merged)).toContain('main.burnSome');
    serving.child.kill('SIGINT');
    await serving.end;
  });
});

describe('of a compose project', () => {
  itWithDocker(
    'takes profiles of all services and replicas that show pprof, and says how each is reached',
    async () => {
      const { code, stdout, stderr } = await cli(
        [
          'profiles',
          'collect',
          '--compose-project',
          project,
          '--type',
          'cpu=1s',
          '--once',
          '--json',
          '--store',
          'compose',
        ],
        directory,
      );
      expect(code, stderr).toBe(0);
      const status = JSON.parse(stdout) as CollectStatus;
      expect(status.targets.map(({ id, how }) => [id, how.replace(/network \S+/, 'network N')])).toEqual([
        [`${project}/api-1`, 'published port 7070'],
        [`${project}/guest-1`, 'container address on network N'],
        [`${project}/web-1`, 'container address on network N'],
        [`${project}/web-2`, 'container address on network N'],
      ]);
      expect(status.targets.every(({ answers }) => answers)).toBe(true);
      expect(status.discoveries[0]?.notes.join()).toMatch(/silent-1: no pprof/);
      const cpu = stored(join(directory, 'compose')).filter(({ type }) => type === 'cpu');
      expect(cpu).toHaveLength(4);
      const web = cpu.find(({ labels }) => labels.some(({ key, value }) => key === 'instance' && value === 'web-2'));
      expect(web).toMatchObject({
        service: 'web',
        labels: expect.arrayContaining([
          { key: 'team', value: 'pay' },
          { key: 'project', value: project },
        ]),
      });
      expect(top(web?.path ?? '')).toContain('main.burnSome');
    },
  );
});
