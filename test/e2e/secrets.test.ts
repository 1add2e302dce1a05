// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of values are written so
/** Secrets in every place that takes text reach whom they are for, and stand nowhere else. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CliEnd, cli, leaveNothing, readResult, startCli, workDirectory } from '../helpers/cli.ts';
import { hasDocker, itWithDocker } from '../helpers/docker.ts';
import { filesBelow, leaksIn, watchLeaks } from '../helpers/leaks.ts';
import { typedCommand } from '../helpers/typed-command.ts';

const services = join(import.meta.dirname, '..', 'fixtures', 'services', 'compose.yaml');

const env = {
  E2E_TOKEN: `tok/9f+8a7"b6<c>&'1`,
  E2E_BODY: 'first line of it\nsecond "line" <of> it ü',
  E2E_QUERY: 'q-s3cr3t-77',
  E2E_SHELL: 'only-for-a-command',
  // Of the compose file.
  SIDE_PASSWORD: 'side-pass-5',
};
const written = { password: 'hunter2-literal', database: 'pg-lit-9911', cookie: 'c00kie-literal' };
const file = 'file-s3cr3t-55';
const secrets = [...Object.values(env), ...Object.values(written), file];

const scenario = (topology: string, more = '') => `name: secretive
description: with \${env.E2E_QUERY}
topology:
${topology}
target: { service: front, port: 8080 }
load:
  idle: 200ms
  requests:
    - name: bearer
      method: POST
      path: /secret?q=\${env.E2E_QUERY}
      headers: { Authorization: "Bearer \${env.E2E_TOKEN}", Cookie: "sid=${written.cookie}", X-File: "\${file.token.txt}" }
      body: "\${env.E2E_BODY}"
    - name: basic
      path: /secret
      basicAuth: { user: anna, password: ${written.password} }
  steps: [{ rate: 40/s, for: 2s }]
faults:
  - { name: told, at: 500ms, for: 500ms, run: [sh, -c, "echo $E2E_SHELL"], undo: [sh, -c, "echo $E2E_TOKEN"] }
  - { name: asked, at: 500ms, for: 500ms, http: { of: front, port: 8080, path: /secret, headers: { X-Token: "\${env.E2E_TOKEN}" }, body: "\${env.E2E_BODY}", undo: { body: "\${env.E2E_QUERY}" } } }
observe: { goroutines: 500ms, metrics: 500ms, profiles: {} }
secrets: [E2E_SHELL]
validity: { maxLagP99: 5s, maxOwnShare: 1 }
# ${written.password} in a comment
${more}`;

const started = `  compose: ${services}
  env:
    front:
      TELL: "1"
      DB_PASSWORD: ${written.database}
      FROM_FILE: "\${file.token.txt}"
      WANT_AUTH: "Bearer \${env.E2E_TOKEN}"
      WANT_BODY: "\${env.E2E_BODY}"
      WANT_QUERY: "\${env.E2E_QUERY}"
      WANT_PASSWORD: ${written.password}
      WANT_COOKIE: sid=${written.cookie}
`;

let directory: string;
beforeEach(() => {
  directory = workDirectory();
  writeFileSync(join(directory, 'token.txt'), `${file}\n`);
});
leaveNothing(hasDocker ? 'containers' : 'processes');

function write(text: string): void {
  writeFileSync(join(directory, 'secretive.yaml'), text);
}

/** What of secrets is to be found of a command: in what it printed, and in a folder. */
function leaksOf({ stdout, stderr }: CliEnd, folder: string): string[] {
  return leaksIn([['stdout', stdout], ['stderr', stderr], ...filesBelow(join(directory, folder))], secrets);
}

/** All that the page of a run is told until it ends, and the report that it goes on to: the command waits for that. */
async function toldAt(url: string): Promise<{ readonly events: string; readonly report: string }> {
  const answer = await fetch(new URL('/events', url));
  let events = '';
  for await (const text of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    events += text;
    if (events.includes('"report":true')) break;
  }
  return { events, report: await (await fetch(new URL('/report.html', url))).text() };
}

describe('a run with secrets', () => {
  const engines = [['process', it] as const, ['compose', itWithDocker] as const];
  for (const [engine, test] of engines)
    test(`tells none of them to anybody but services and servers: ${engine}`, async () => {
      write(scenario(started));
      const watched = watchLeaks(secrets);
      const run = startCli(['run', 'secretive.yaml', '--engine', engine, '--out', 'run', '--ui=0'], directory, env);
      let stderr = '';
      run.child.stderr?.on('data', (text: string) => {
        stderr += text;
      });
      await run.sees(/live page: \S+\n/);
      const told = await toldAt(/live page: (\S+)/.exec(stderr)?.[1] ?? '');
      const end = await run.end;
      const result = readResult(join(directory, 'run'));
      expect(result.status, end.stderr).toBe('complete');
      const [hold] = result.steps.filter(({ kind }) => kind === 'measure');
      expect(hold?.errors).toEqual({});
      expect(hold?.load.completed).toBe(80);
      expect(watched.found()).toEqual([]);
      expect(leaksOf(end, 'run')).toEqual([]);
      expect(told.events).toContain('data:');
      expect(told.report).toContain('</html>');
      expect(leaksIn(Object.entries(told), secrets)).toEqual([]);
      const log = readFileSync(join(directory, 'run', 'logs', 'front-1.log'), 'utf8');
      expect(log).toContain('DB_PASSWORD=***');
      expect(log).toContain('Bearer ***');
      const kept = readFileSync(join(directory, 'run', 'scenario.yaml'), 'utf8');
      expect(kept).toContain('Bearer ${env.E2E_TOKEN}');
      // No secret is needed to look at it again.
      const again = await typedCommand(['report', 'run', '--format', 'markdown'], directory);
      expect(again.code).toBe(end.code);
    });

  it('tells none of them when what it loads runs already, and answers that it refuses them', async () => {
    const seen: string[] = [];
    const log = join(directory, 'service.log');
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const said = JSON.stringify({
          url: request.url,
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        });
        seen.push(said);
        appendFileSync(log, `${said}\n`);
        if (request.url?.startsWith('/m?')) response.end('# nothing\n');
        else response.writeHead(403).end(said);
      });
    });
    writeFileSync(log, '');
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const at = `http://127.0.0.1:${port}`;
    const topology = `  engine: external\n  targets: [{ name: there, logs: ${log}, metrics: "http://u:\${env.E2E_QUERY}@127.0.0.1:${port}/m?t=\${env.E2E_QUERY}" }]\n`;
    const text = scenario(topology).replace('{ service: front, port: 8080 }', `{ url: "${at}" }`);
    write(text.replace(/^ {2}- { name: asked.*\n/m, ''));
    const end = await cli(['run', 'secretive.yaml', '--out', 'run'], directory, env);
    server.close();
    server.closeAllConnections();
    expect(readResult(join(directory, 'run')).status, end.stderr).toBe('complete');
    expect(seen.some((said) => said.includes(JSON.stringify(`Bearer ${env.E2E_TOKEN}`)))).toBe(true);
    expect(readFileSync(join(directory, 'run', 'logs', 'there-1.log'), 'utf8')).toContain('Bearer ***');
    expect(leaksOf(end, 'run')).toEqual([]);
  });

  it('tells none of them as a comparison of variants that differ by nothing else', async () => {
    const side = (name: string) => `{ env: { back: { SIDE_TOKEN: "\${env.${name}}" } } }`;
    const variants = `variants:\n  one: ${side('E2E_TOKEN')}\n  two: ${side('E2E_QUERY')}\n`;
    write(
      scenario(started, variants)
        // Few, and long against how late a busy machine sends: an invalid run would be made again, and again.
        .replace('rate: 40/s, for: 2s', 'rate: 10/s, for: 1s')
        .replace('TELL: "1"', 'TELL: "1"\n      DELAY: 300ms')
        .replace(', profiles: {}', '')
        .replace(/^faults:\n(?: {2}.*\n)*/m, ''),
    );
    const flags = ['compare', 'secretive.yaml', '--engine', 'process', '--rounds', '2', '--out', 'compared'];
    const end = await cli(flags, directory, env);
    expect([4, 5], end.stderr).toContain(end.code);
    expect(leaksOf(end, 'compared')).toEqual([]);
    const comparison = readFileSync(join(directory, 'compared', 'comparison.json'), 'utf8');
    expect(comparison).toContain('"env.back.SIDE_TOKEN":"***"');
    // A token that was changed makes no other comparison of it.
    const again = await cli(flags, directory, { ...env, E2E_TOKEN: 'another-t0ken' });
    expect(again.stderr).toMatch(/going on with a comparison that has \d+ runs/);
  });

  it('calls no variant by one', async () => {
    write(scenario(started));
    const flags = ['compare', 'secretive.yaml', '--engine', 'process', '--vary', 'front.API_TOKEN=t0ken-1,t0ken-2'];
    const end = await cli(flags, directory, env);
    expect(end.code).toBe(2);
    expect(end.stderr).toContain('a variant would be called by its secret');
    expect(end.stderr).not.toContain('t0ken-1');
  });

  it('tells none of them when a service prints its environment and dies', async () => {
    write(scenario(`${started}      DIE: "3"\n`));
    const end = await cli(['run', 'secretive.yaml', '--engine', 'process', '--out', 'run'], directory, env);
    expect(end.code).toBe(3);
    expect(end.stderr).toContain('fatal: no database');
    expect(leaksOf(end, 'run')).toEqual([]);
  });

  it('tells none of them when the scenario is refused', async () => {
    write(scenario(started).replace('method: POST', 'method: "${env.E2E_QUERY}"').replace('X-File:', 'Connection:'));
    const end = await cli(['run', 'secretive.yaml', '--engine', 'process'], directory, env);
    expect(end.code).toBe(2);
    expect(end.stderr).toContain('got "***"');
    expect(leaksIn([['stderr', end.stderr]], secrets)).toEqual([]);
  });
});
