/** A log that Debian's caddy wrote, imported, and sent to it again: what it logs then is what it logged before. */
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededUniform } from '../../../src/model/random.ts';
import { cli, readResult, workDirectory } from '../../helpers/cli.ts';
import { describeWith } from '../../helpers/programs.ts';
import { answers, strangersIn } from '../../helpers/strangers.ts';

const address = '127.63.0.31';

/** Ports of servers that write a log each: the first traffic, and the same at each speed. */
const sites = { first: 8081, once: 8082, twice: 8083 } as const;

/** One that logs nothing, to see when all are up. */
const silentPort = 8080;

const caddyfile = (directory: string) => `{
	admin off
	auto_https off
}
${Object.entries(sites)
  .map(
    ([name, port]) => `http://:${port} {
	bind ${address}
	log {
		output file ${join(directory, `${name}.log`)}
	}
	handle /missing/* {
		respond 404
	}
	respond "ok"
}`,
  )
  .join('\n')}
http://:${silentPort} {
	bind ${address}
	respond "ok"
}
`;

interface Logged {
  readonly asked: string;
  readonly atS: number;
}

/** What a server was asked, in the order in which it was. */
function loggedIn(file: string): Logged[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const logged = lines.map((line) => {
    const { ts, duration, request } = JSON.parse(line) as {
      ts: number;
      duration: number;
      request: { method: string; uri: string };
    };
    return { asked: `${request.method} ${request.uri}`, atS: ts - duration };
  });
  return logged.sort((a, b) => a.atS - b.atS);
}

function ask(method: string, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: address, port: sites.first, method, path, headers: { Connection: 'close' } },
      (answer) => {
        answer.resume().once('end', resolve);
      },
    );
    sent.once('error', reject);
    sent.end();
  });
}

/** Requests of several kinds in rushes with silence between them. */
async function traffic(): Promise<void> {
  const uniform = seededUniform(3);
  const asked: Promise<void>[] = [];
  for (let nth = 0; nth < 300; nth++) {
    const kind = Math.floor(uniform() * 5);
    const id = Math.floor(uniform() * 1000);
    const path = [`/users/${id}`, `/find?q=${id}&sort=a%20b`, `/missing/${id}`, '/', `/orders/${id}/lines/${nth}`][
      kind
    ];
    asked.push(ask(kind === 3 ? 'HEAD' : 'GET', path ?? '/'));
    await sleep(nth % 60 === 59 ? 400 : uniform() * 12);
  }
  await Promise.all(asked);
}

describeWith('caddy', 'traffic that was logged', (caddy) => {
  const directory = workDirectory();
  const strangers = strangersIn(directory);
  beforeAll(async () => {
    writeFileSync(join(directory, 'Caddyfile'), caddyfile(directory));
    strangers.start('caddy.log', caddy, ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'], {
      XDG_DATA_HOME: directory,
      XDG_CONFIG_HOME: directory,
    });
    await answers(`http://${address}:${silentPort}/`);
    await traffic();
  });
  afterAll(() => strangers.end());

  it.each([
    ['once', 1],
    ['twice', 2],
  ] as const)('is sent again when it came, %s as fast', async (site, speed) => {
    const url = `http://${address}:${sites[site]}`;
    const imported = await cli(
      ['import', 'first.log', '--url', url, '--out', `${site}.yaml`, ...(speed === 1 ? [] : ['--speed', `${speed}`])],
      directory,
    );
    expect(imported).toMatchObject({ code: 0 });
    expect(imported.stdout).toContain('Caddy, JSON');
    const run = await cli(['run', `${site}.yaml`, '--out', site], directory);
    expect(run.stderr).not.toContain('Error');
    const result = readResult(join(directory, site));
    const before = loggedIn(join(directory, 'first.log'));
    const after = loggedIn(join(directory, `${site}.log`));
    expect(result.steps.reduce((sum, { load }) => sum + load.planned, 0)).toBe(before.length);
    expect(result.scenario.load).toMatchObject({ arrivals: 'recorded', recording: { speed } });
    const counts = (all: readonly Logged[]) => all.map(({ asked }) => asked).sort();
    expect(counts(after)).toEqual(counts(before));
    // What was answered with 404 was to be: nothing has failed.
    expect(result.slo.map(({ outcome }) => outcome)).toEqual(['pass']);
    const offsets = (all: readonly Logged[]) => all.map(({ atS }) => atS - (all[0]?.atS ?? 0));
    const wanted = offsets(before).map((atS) => atS / speed);
    const late = offsets(after).map((atS, nth) => Math.abs(atS - (wanted[nth] ?? 0)) * 1000);
    const [median = Number.NaN] = [...late].sort((a, b) => a - b).slice(Math.floor(late.length / 2));
    expect(median).toBeLessThan(20);
  });
});
