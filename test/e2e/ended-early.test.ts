import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, expectComplete, readResult, workDirectory } from '../helpers/cli.ts';

describe('rampart run with a rule that may end it', () => {
  const directory = workDirectory();
  let service: Server;
  let answered = 0;
  beforeAll(async () => {
    // Well at first; then half of `/add` fails, and some answers never come.
    service = createServer((request, response) => {
      answered++;
      const isIll = answered > 300 && request.url === '/add';
      if (isIll && answered % 10 === 0) return;
      response.writeHead(isIll && answered % 2 === 0 ? 503 : 200).end('ok');
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    service.closeAllConnections();
    service.close();
  });

  async function run(slo: string, out: string, command = ['run']) {
    answered = 0;
    const { port } = service.address() as AddressInfo;
    writeFileSync(
      join(directory, 'ended.yaml'),
      `name: ended
topology: { engine: external, targets: [] }
target: { url: "http://127.0.0.1:${port}/" }
load:
  idle: 100ms
  requests: [{ name: add, path: /add }, { name: get, path: /get }]
  steps:
    - { name: warm, rate: 50/s, for: 1s, measure: false }
    - { name: well, rate: 100/s, for: 2s }
    - { name: ill, rate: 100/s, for: 20s }
    - { name: never, rate: 100/s, for: 20s }
validity: { maxLagP99: 5s, maxOwnShare: 1 }
slo: ${slo}
`,
    );
    const end = await cli([...command, 'ended.yaml', '--out', out], directory);
    return { end, result: readResult(join(directory, out)) };
  }

  it('ends with exit code 1 and a whole report, and takes nothing that was not run for a failure', async () => {
    const { end, result } = await run(
      '[{ rule: "add: errors(5xx) < 9%", abort: true }, "get: errors == 0", "p50 < 5s", "p99 < 5s"]',
      'run',
    );
    // A machine too busy for the generator may make it invalid, and nothing else.
    const { verdict, reasons } = result.validity;
    expect(reasons.filter(({ code }) => !code.startsWith('generator-'))).toEqual([]);
    expect(end.code).toBe(verdict === 'valid' ? 1 : 4);
    expect(result.endedEarly).toMatchObject({
      rule: 'add: errors(5xx) < 9%',
      brokenIn: 'ill',
      step: 'ill',
      notRun: ['never'],
    });
    expect(result.steps.map(({ name }) => name)).toEqual(['warm', 'well', 'ill']);
    for (const { load } of result.steps)
      expect(load.completed + load.failed + load.timedOut + load.dropped + load.unfinished).toBe(load.planned);
    const ill = result.steps[2];
    expect(ill?.load.unfinished).toBeGreaterThan(0);
    expect(ill?.durationUs).toBeLessThan(19e6);
    expect(result.slo.map(({ rule, step, outcome }) => [rule, step, outcome])).toEqual([
      ['add: errors(5xx) < 9%', 'well', 'pass'],
      ['add: errors(5xx) < 9%', 'ill', 'fail'],
      ['add: errors(5xx) < 9%', 'never', 'not-run'],
      ['get: errors == 0', 'well', 'pass'],
      ['get: errors == 0', 'ill', 'cannot-tell'],
      ['get: errors == 0', 'never', 'not-run'],
      ['p50 < 5s', 'well', 'pass'],
      ['p50 < 5s', 'ill', 'cannot-tell'],
      ['p50 < 5s', 'never', 'not-run'],
      ['p99 < 5s', 'well', 'cannot-tell'],
      ['p99 < 5s', 'ill', 'cannot-tell'],
      ['p99 < 5s', 'never', 'not-run'],
    ]);
    expect(readFileSync(join(directory, 'run', 'report.html'), 'utf8')).toContain('ended early');
    if (verdict === 'invalid') return;
    expect(end.stdout).toContain('A rule ended the run after');
    expect(readFileSync(join(directory, 'run', 'junit.xml'), 'utf8')).toContain(
      '<skipped message="the run was ended before"/>',
    );
  });

  it('goes to its end where that rule is about what is well', async () => {
    const { end, result } = await run('[{ rule: "get: errors < 9%", abort: true, steps: [well] }]', 'well', [
      'run',
      '--set',
      'load.steps=[{ name: well, rate: 100/s, for: 2s }]',
    ]);
    expect(result.endedEarly).toBe(undefined);
    expectComplete(end, result);
  });
});
