import { describe, expect, it } from 'vitest';
import { readCollectConfig } from '../../../src/profiles/collect/config.ts';
import { planTargets } from '../../../src/profiles/collect/target-plan.ts';
import type { FoundTarget } from '../../../src/profiles/discovery/discovery.ts';

function found(id: string, url: string, changes: Partial<FoundTarget> = {}): FoundTarget {
  return { id, url, service: id, labels: { instance: id }, meta: {}, how: '', wishes: {}, ...changes };
}

/** The plan of one discovery with these targets under a configuration. */
function plan(
  targets: readonly FoundTarget[],
  config = '',
  choice = '{ compose: shop }',
  more: readonly FoundTarget[] = [],
) {
  const text = `discover: [${choice}, { compose: other }]\n${config}`;
  const settings = readCollectConfig({ file: 'c.yaml', text, path: '/c.yaml' }, []);
  const all = [targets, more].map((each, index) => ({
    name: `discovery ${index}`,
    choice: settings.discover[index]!,
    found: { targets: each, notes: [] },
  }));
  return planTargets(all, settings);
}

describe('a target', () => {
  it('is asked for its types in their order, at its own path, the CPU profile first', () => {
    const [first] = plan(
      [found('a', 'http://10.0.0.1:6060/x/pprof')],
      'types: { fgprof: on, block: off, trace: { path: t } }',
    );
    expect(
      first?.targets[0]?.types.map(({ type, url, seconds, intervalMs }) => [type, url, seconds, intervalMs]),
    ).toEqual([
      ['cpu', 'http://10.0.0.1:6060/x/pprof/profile', 10, 60_000],
      ['heap', 'http://10.0.0.1:6060/x/pprof/heap', 0, 60_000],
      ['mutex', 'http://10.0.0.1:6060/x/pprof/mutex', 0, 60_000],
      ['goroutine', 'http://10.0.0.1:6060/x/pprof/goroutine', 0, 60_000],
      ['fgprof', 'http://10.0.0.1:6060/debug/fgprof', 10, 60_000],
      ['trace', 'http://10.0.0.1:6060/x/pprof/t', 1, 60_000],
    ]);
  });

  it('goes by what it says itself, then by its discovery, then by what holds for all', () => {
    const own = found('a', 'http://a:1/p', {
      wishes: { cpu: { seconds: 3 }, heap: false },
      labels: { env: 'own' },
      intervalMs: 5000,
    });
    const [first] = plan(
      [own, found('b', 'http://b:1/p')],
      'labels: { env: all, region: eu }',
      '{ compose: shop, types: { cpu: 5s, mutex: 7s }, labels: { env: some } }',
    );
    const [a, b] = first?.targets ?? [];
    const seconds = (target: typeof a) =>
      Object.fromEntries(target?.types.map(({ type, seconds: each }) => [type, each]) ?? []);
    expect(seconds(a)).toEqual({ cpu: 3, block: 0, mutex: 7, goroutine: 0 });
    expect(seconds(b)).toEqual({ cpu: 5, heap: 0, block: 0, mutex: 7, goroutine: 0 });
    expect(a?.types[0]?.intervalMs).toBe(5000);
    expect(a?.labels).toEqual({ env: 'own', region: 'eu' });
    expect(b?.labels).toEqual({ instance: 'b', env: 'some', region: 'eu' });
  });

  it('has no allocs beside heap, whoever asks for it', () => {
    const [first] = plan([found('a', 'http://a:1/p', { wishes: { allocs: {} } })]);
    expect(first?.targets[0]?.types.map(({ type }) => type)).not.toContain('allocs');
    expect(first?.notes).toEqual(['a: allocs is left out: it has the same numbers as heap']);
  });

  it('is collected once, also where two discoveries have its address; one name for two addresses is two targets', () => {
    const [first, second] = plan([found('a', 'http://127.0.0.1:1/p')], '', undefined, [
      found('b', 'http://localhost:1/p'),
      found('a', 'http://c:1/p'),
    ]);
    expect(first?.targets.map(({ id }) => id)).toEqual(['a']);
    expect(second?.targets.map(({ id }) => id)).toEqual(['http://c:1/p']);
    expect(second).toMatchObject({ leftOut: 1, notes: ['b: http://localhost:1/p is collected already, as a'] });
  });

  it('is chosen by its labels, by where it is, and by what its discovery knows of it', () => {
    const targets = [
      found('a', 'http://10.0.0.1:6060/p', { meta: { __meta_docker_network_name: 'back' } }),
      found('b', 'https://10.0.0.2:6060/p', { labels: { canary: 'true' } }),
      found('c', 'http://10.0.0.3:7070/p'),
    ];
    const ids = (config: string) => plan(targets, config)[0]?.targets.map(({ id }) => id);
    expect(ids('keep: ["__address__=~.*:6060"]')).toEqual(['a', 'b']);
    expect(ids('drop: [canary=true]')).toEqual(['a', 'c']);
    expect(ids('keep: [__scheme__=https]')).toEqual(['b']);
    expect(ids('keep: ["__meta_docker_network_name!="]')).toEqual(['a']);
    expect(ids('keep: ["service=~a|c"]\ndrop: [service=a]')).toEqual(['c']);
    expect(plan(targets, 'drop: [canary=true]')[0]?.leftOut).toBe(1);
  });

  it('belongs to one of several collectors', () => {
    const targets = Array.from({ length: 300 }, (_, index) => found(`t${index}`, `http://t${index}:1/p`));
    const parts = [1, 2, 3].map((number) => plan(targets, `shard: ${number}/3`)[0]?.targets.map(({ id }) => id) ?? []);
    expect(parts.flat().sort()).toEqual(targets.map(({ id }) => id).sort());
    for (const part of parts) expect(part.length).toBeGreaterThan(80);
  });

  it('belongs to one of several collectors also under two names', () => {
    const places = Array.from({ length: 40 }, (_, index) => `http://t${index}:1/p`);
    const [first, second] = [1, 2].map((name) => places.map((url, index) => found(`by${name}-${index}`, url)));
    const parts = [1, 2].flatMap((number) =>
      plan(first ?? [], `shard: ${number}/2`, undefined, second ?? []).flatMap(({ targets }) =>
        targets.map(({ url }) => url),
      ),
    );
    expect(parts.sort()).toEqual(places.sort());
  });
});

it('what something forwards to is no process at that address, and its paths from the root go below what forwards', () => {
  const root = 'http://127.0.0.1:9/secret/shop/a/6060';
  const forwarded = { forwardedAt: root, process: 'pod u1' };
  const [first] = plan([found('a', `${root}/debug/pprof`, forwarded)], 'types: { fgprof: on }');
  const [target] = first?.targets ?? [];
  expect(target).toMatchObject({ processKeys: ['pod u1'], isForwarded: true });
  expect(target?.types.map(({ url }) => url)).toContain(`${root}/debug/fgprof`);
});
