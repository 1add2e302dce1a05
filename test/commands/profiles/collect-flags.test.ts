import { describe, expect, it } from 'vitest';
import { configFlags } from '../../../src/commands/profiles/collect-flags.ts';
import { readCollectConfig } from '../../../src/profiles/collect/config.ts';
import { argsOf } from '../../helpers/command-context.ts';

type Flags = Parameters<typeof argsOf>[0];

const read = (flags: Flags) => readCollectConfig(undefined, configFlags(argsOf(flags), '/shop'));

describe('the flags of profiles collect', () => {
  it.each([-1, 1.5, 65_536])('refuse %s for a port before anything is opened', (port) => {
    const flags = { target: ['http://127.0.0.1:6060'], 'status-port': port };
    expect(() => read(flags)).toThrow(`--status-port must be a port from 0 to 65535, got ${port}`);
  });

  it('say all that a file can say', () => {
    const settings = read({
      'compose-project': ['shop'],
      containers: true,
      'container-label': ['app=shop', 'tier'],
      target: ['http://127.0.0.1:6060', 'api=127.0.0.1:7070'],
      service: 'plain',
      'file-sd': ['a.json', '/b/*.yaml'],
      type: ['cpu=20s', 'block=off', 'goroutineleak', 'heap=seconds=5'],
      interval: '5m',
      jitter: 0,
      seed: 3,
      label: ['env=a=b'],
      keep: ['service=~a|b'],
      drop: ['env=x'],
      shard: '1/2',
      'at-once': 7,
      timeout: '3s',
      'max-size': '1MiB',
      store: 'kept',
      'prune-older-than': '720h',
      'prune-max-size': '1.5GiB',
    });
    expect(settings.discover.map(({ from, service }) => [from, service])).toEqual([
      [{ compose: 'shop' }, undefined],
      [{ containers: [] }, undefined],
      [{ containers: ['app=shop', 'tier'] }, undefined],
      [{ urls: ['http://127.0.0.1:6060/debug/pprof'] }, 'plain'],
      [{ urls: ['http://127.0.0.1:7070/debug/pprof'] }, 'api'],
      [{ files: ['/shop/a.json', '/b/*.yaml'] }, 'plain'],
    ]);
    expect(settings).toMatchObject({
      rhythm: { intervalMs: 300_000, jitter: 0, seed: 3 },
      wishes: { cpu: { seconds: 20 }, block: false, goroutineleak: {}, heap: { seconds: 5 } },
      labels: { env: 'a=b' },
      shard: { number: 1, of: 2 },
      ...{ atOnce: 7, timeoutMs: 3000, maxBytes: 1024 ** 2, to: { directory: '/shop/kept' } },
      prune: { olderThanMs: 720 * 3_600_000, maxBytes: 1.5 * 1024 ** 3 },
    });
  });

  it('hold no store of another machine to anything, and none without limits', () => {
    const target = ['http://127.0.0.1:6060'];
    expect(read({ target }).prune).toBeUndefined();
    expect(() => read({ target, to: 'http://127.0.0.1:10100', 'prune-max-size': '1GiB' })).toThrow(
      '--prune-max-size prune.maxSize must not stand beside to',
    );
    expect(() => read({ target, 'prune-older-than': '30 days' })).toThrow(
      '--prune-older-than prune.olderThan must be a positive duration, got "30 days"',
    );
  });

  it('that cannot be read are told at once, without a password', () => {
    expect(() => read({ type: ['gpu', 'cpu=10s'], label: ['x'] })).toThrow(
      /--label must be.*\n--type must be one of.*\nnothing to collect from/,
    );
    expect(() => read({ target: ['http://anna:secret@a?b'], interval: 'x' })).toThrow(/--interval/);
  });
});
