/** Load to other hosts: by consent only, in a network of its own with a hosts file of its own, so that no packet leaves this machine. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliEnd, cli, expectComplete, leaveNothing, readResult, workDirectory } from '../../helpers/cli.ts';
import { cliInNetwork } from '../../helpers/own-network.ts';

leaveNothing();

/** Of the network of a test, and no loopback address. */
const foreign = '10.99.0.7';
const scenario = (target: string, load = 'steps: [{ rate: 100/s, for: 1s }]') => `name: hosts
topology: { engine: external }
target: ${target}
load: { idle: 100ms, ${load} }
${load.includes('closed') ? '' : 'validity: { maxLagP99: 5s, maxOwnShare: 1 }'}
`;

function inDirectory(target: string, load?: string): string {
  const directory = workDirectory();
  writeFileSync(join(directory, 'hosts.yaml'), scenario(target, load));
  return directory;
}

const errorsOf = (directory: string) =>
  readResult(join(directory, 'run')).steps.reduce<Record<string, number>>((all, { errors }) => {
    for (const [kind, count] of Object.entries(errors)) all[kind] = (all[kind] ?? 0) + count;
    return all;
  }, {});

function expectRefused({ code, stderr }: CliEnd, directory: string, message: string): void {
  expect(stderr).toContain(message);
  expect(code).toBe(2);
  expect(existsSync(join(directory, 'run'))).toBe(false);
}

describe('without consent', () => {
  it.each(['127.example.com', 'staging.example', '10.99.0.7', '[2001:db8::7]', '0.0.0.0'])(
    'load to %s is refused at its place before anything is started',
    async (host) => {
      const directory = inDirectory(`{ url: "http://${host}/" }`);
      const end = await cli(['run', 'hosts.yaml', '--out', 'run'], directory);
      expectRefused(end, directory, 'hosts.yaml:3:16 target.url names ');
    },
  );

  it.each(['compare', 'gate', 'capacity', 'pgo'])('%s refuses it, too', async (command) => {
    const directory = inDirectory('{ url: "http://staging.example/" }');
    const flags = command === 'gate' ? ['--baseline', 'v1'] : [];
    const end = await cli([command, 'hosts.yaml', ...flags, '--out', 'run'], directory);
    expectRefused(end, directory, 'target.url names staging.example');
  });

  it('a flag is told what it cannot allow', async () => {
    const directory = inDirectory('{ url: "http://staging.example/" }');
    const flags = ['--allow-host', 'https://staging.example/', '--allow-host', '*', '--allow-host', 'other.example'];
    const { code, stderr } = await cli(['run', 'hosts.yaml', ...flags], directory);
    expect(code).toBe(2);
    expect(stderr).toContain('--allow-host must be a host alone');
    expect(stderr).toContain('--allow-host bounds nothing, and a flag cannot give the reason');
  });
});

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('in a network of its own', () => {
  it.each([['open'], ['closed']])(
    'load goes to a name that is allowed, and the report says by whom: %s',
    async (mode) => {
      const load = mode === 'open' ? undefined : 'mode: closed, steps: [{ connections: 2, for: 1s }]';
      const directory = inDirectory('{ url: "http://shop.test:8080/" }', load);
      const network = { directory, addresses: [foreign], hosts: `${foreign} shop.test\n` };
      const end = await cliInNetwork(['run', 'hosts.yaml', '--allow-host', '*.test', '--out', 'run'], network);
      const result = readResult(join(directory, 'run'));
      expectComplete(end, result);
      const { environment, steps } = result;
      expect(environment.sentTo).toEqual({
        host: 'shop.test:8080',
        addresses: [`${foreign}:8080`],
        isRemote: false,
        allowedBy: [{ host: '*.test', reason: '--allow-host' }],
      });
      expect(steps[0]?.load.completed).toBeGreaterThan(50);
      const told = `Load went to shop.test:8080 (${foreign}:8080), allowed by target.allow: *.test (--allow-host).`;
      expect(end.stdout.replaceAll(/\s+/g, ' ')).toContain(told);
      expect(readFileSync(join(directory, 'run', 'report.html'), 'utf8')).toContain(told);
      expect(readFileSync(join(directory, 'run', 'scenario.yaml'), 'utf8')).toContain('host: "*.test"');
    },
  );

  it('each address of a name is looked at, and one that is not allowed ends it', async () => {
    const directory = inDirectory('{ url: "http://shop.test:8080/", allow: [10.98.0.0/16] }');
    const hosts = `127.0.0.1 shop.test\n10.98.0.7 shop.test\n${foreign} shop.test\n`;
    const end = await cliInNetwork(['run', 'hosts.yaml', '--out', 'run'], { directory, addresses: [foreign], hosts });
    expectRefused(end, directory, `of which ${foreign} is not allowed: --allow-host ${foreign}`);
  });

  it('localhost is no exception', async () => {
    const directory = inDirectory('{ url: "http://localhost:8080/" }');
    const network = { directory, addresses: [foreign], hosts: `${foreign} localhost\n` };
    const end = await cliInNetwork(['run', 'hosts.yaml', '--out', 'run'], network);
    expectRefused(end, directory, `target.url names localhost, which stands for ${foreign}, and that is not allowed`);
  });

  it.each(['open', 'closed'])(
    'a name that comes to stand for another address is not followed there: %s',
    async (mode) => {
      const steps =
        mode === 'open' ? 'steps: [{ rate: 100/s, for: 5s }]' : 'mode: closed, steps: [{ connections: 2, for: 5s }]';
      const directory = inDirectory('{ url: "http://shop.test:8080/", allow: [shop.test] }', steps);
      const network = { directory, addresses: [foreign], hosts: '127.0.0.1 shop.test\n' };
      const end = await cliInNetwork(['run', 'hosts.yaml', '--out', 'run'], {
        ...network,
        closes: true,
        later: { afterRequests: 100, hosts: `${foreign} shop.test\n` },
      });
      const errors = errorsOf(directory);
      expect(Object.keys(errors), end.stderr).toEqual(['connect not allowed']);
      const {
        warnings,
        events,
        steps: [step],
      } = readResult(join(directory, 'run'));
      expect(step?.load.completed).toBeGreaterThan(50);
      expect(warnings).toContainEqual(
        expect.stringContaining(`shop.test came to stand for ${foreign}, which is not allowed`),
      );
      expect(events).toContainEqual(
        expect.objectContaining({ kind: 'target', message: `shop.test now stands for ${foreign}` }),
      );
      expect(readFileSync(join(directory, 'seen'), 'utf8')).not.toContain(foreign);
    },
  );
});
