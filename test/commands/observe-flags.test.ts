/** Flags of `rampart observe` to what is looked at. */
import { describe, expect, it } from 'vitest';
import type { CommandArgs } from '../../src/commands/command.ts';
import { observeRequest } from '../../src/commands/observe-flags.ts';

function args(flags: Readonly<Record<string, string | readonly string[]>>): CommandArgs {
  const value = (name: string) => flags[name];
  return {
    string: (name) => (typeof value(name) === 'string' ? (value(name) as string) : undefined),
    strings: (name) => (Array.isArray(value(name)) ? (value(name) as string[]) : []),
    number: () => undefined,
    flag: () => false,
  };
}

const asked = (flags: Parameters<typeof args>[0]) => observeRequest(args(flags), '/srv');

describe('observeRequest', () => {
  it('reads every way to name a target, those with a name first', () => {
    const { request, forMs } = asked({
      project: 'shop',
      label: ['app=shop', 'traced'],
      pid: ['4711'],
      port: ['8080', '127.0.0.1:9090', '[::1]:7070', 'localhost:6060'],
      url: ['http://127.0.0.1:6060'],
      log: ['logs/api.log'],
      target: ['api=port:8081,log:api.log', 'web-2=http://localhost:6061/debug/pprof,log:/var/log/web.log'],
      for: '10m',
    });
    expect(forMs).toBe(600_000);
    expect(request.project).toBe('shop');
    expect(request.labels).toEqual(['app=shop', 'traced']);
    expect(request.targets.map(({ flag: _, ...rest }) => rest)).toEqual([
      { name: 'api', port: { host: undefined, number: 8081 }, log: '/srv/api.log' },
      { name: 'web-2', url: 'http://localhost:6061/debug/pprof', log: '/var/log/web.log' },
      { pid: 4711 },
      { port: { host: undefined, number: 8080 } },
      { port: { host: '127.0.0.1', number: 9090 } },
      { port: { host: '::1', number: 7070 } },
      { port: { host: '127.0.0.1', number: 6060 } },
      { url: 'http://127.0.0.1:6060' },
      { log: '/srv/logs/api.log' },
    ]);
    expect(request.targets[2]?.flag).toBe('--pid 4711');
  });

  it('refuses everything that cannot be read at once, with examples', () => {
    const wrong = () =>
      asked({
        label: ['=x'],
        pid: ['api'],
        port: ['70000'],
        url: ['http://10.1.2.3:6060', 'https://127.0.0.1', 'http://anna:pw@10.1.2.3', 'http://127.0.0.1/#a'],
        target: ['api', 'api=pid:1,port:2', 'api=log:a,log:b', 'api=ftp://x'],
        for: 'ever',
      });
    expect(wrong).toThrow(expect.objectContaining({ exitCode: 2 }));
    for (const part of [
      /--label .*example.*"=x"/,
      /--pid .*example: --pid 4711.*"api"/,
      /--port .*"70000"/,
      /--url .*loopback.*"http:\/\/10\.1\.2\.3:6060"/,
      /--url .*"https:\/\/127\.0\.0\.1"/,
      /--url .*"…@10\.1\.2\.3"/,
      /--url must have no fragment/,
      /--target .*a name and what it is are wanted, got "api"/,
      /--target .*pid and port name the same thing/,
      /--target .*it has two of log/,
      /--target .*its URL must be an http URL.*"api=ftp:\/\/x"/,
      /--for .*example: --for 10m.*"ever"/,
    ])
      expect(wrong).toThrow(part);
  });

  it('takes options of samplers as a scenario does', () => {
    const { sampling } = asked({
      pid: ['1'],
      set: ['observe.goroutines=1s', 'observe.metrics=false', 'observe.gctrace=true'],
    });
    expect([...sampling]).toEqual([
      ['goroutines', { everyMs: 1000 }],
      ['metrics', undefined],
      ['gctrace', true],
    ]);
    const wrong = () =>
      asked({ pid: ['1'], set: ['load.rate=1', 'observe.nothing=1s', 'observe.metrics=often', 'observe.x={'] });
    for (const part of [
      /got "load\.rate=1"/,
      /got "observe\.nothing=1s"/,
      /observe\.metrics must be a duration .*"often"/,
    ])
      expect(wrong).toThrow(part);
  });

  it('wants something to look at', () => {
    expect(() => asked({ for: '10s' })).toThrow(/nothing to look at: .*--pid/);
  });
});
