import { describe, expect, it } from 'vitest';
import { type ConfigFlag, readCollectConfig } from '../../../src/profiles/collect/config.ts';

function read(text: string, flags: readonly ConfigFlag[] = []) {
  return readCollectConfig({ file: 'collect.yaml', text, path: '/etc/shop/collect.yaml' }, flags);
}

/** The lines of the usage error. */
function mistakes(text: string, flags: readonly ConfigFlag[] = []): string[] {
  try {
    read(text, flags);
  } catch (error) {
    expect(error).toMatchObject({ code: 'collect-invalid', exitCode: 2 });
    return (error as Error).message.split('\n');
  }
  throw new Error('it was read');
}

describe('a configuration', () => {
  it('of one line collects the usual types once a minute', () => {
    const settings = read('discover: [{ compose: shop }]');
    expect(settings).toMatchObject({
      discover: [{ from: { compose: 'shop' } }],
      rhythm: { intervalMs: 60_000, jitter: 0.1, seed: 1 },
      atOnce: 200,
      timeoutMs: 10_000,
      maxBytes: 64 * 1024 ** 2,
      to: { directory: undefined },
    });
    expect(settings.wishes).toEqual({ cpu: { seconds: 10 }, heap: {}, goroutine: {}, mutex: {}, block: {} });
  });

  it('says everything there is to say, and its paths count from its folder', () => {
    const settings = read(`# yaml-language-server: $schema=collect.schema.json
discover:
  - compose: shop
    types: { block: off, trace: 2s }
  - containers: [tier=api]
    labels: { team: pay, build: 1.10 }
  - targets: [http://127.0.0.1:6060, "10.0.0.7:8080"]
    service: api
  - files: [targets/*.json, /abs/list.yaml]
interval: 5m
jitter: 0.2
seed: 7
types: { cpu: 20s, heap: { every: 1h, for: 30s }, goroutine: off, fgprof: { path: /debug/fgprof } }
labels: { region: eu }
keep: ["service=~web|api"]
drop: [env=test]
shard: 2/5
atOnce: 50
timeout: 20s
maxSize: 8MiB
store: profiles
`);
    expect(settings.discover.map(({ from }) => from)).toEqual([
      { compose: 'shop' },
      { containers: ['tier=api'] },
      { urls: ['http://127.0.0.1:6060/debug/pprof', 'http://10.0.0.7:8080/debug/pprof'] },
      { files: ['/etc/shop/targets/*.json', '/abs/list.yaml'] },
    ]);
    expect(settings.discover[0]?.wishes).toEqual({ block: false, trace: { seconds: 2 } });
    expect(settings.discover[1]?.labels).toEqual({ team: 'pay', build: '1.10' });
    expect(settings.wishes).toMatchObject({
      cpu: { seconds: 20 },
      heap: { intervalMs: 3_600_000, seconds: 30 },
      goroutine: false,
    });
    expect(settings).toMatchObject({
      shard: { number: 2, of: 5 },
      maxBytes: 8 * 1024 ** 2,
      to: { directory: '/etc/shop/profiles' },
    });
    expect(settings.filter.keep).toHaveLength(1);
  });

  it('takes a bucket for its store, which no folder is before', () => {
    const text = 'discover: [{ compose: shop }]\nstore: s3://profiles/team?region=eu\n';
    expect(read(text).to).toEqual({ directory: 's3://profiles/team?region=eu' });
  });

  it('tells all its mistakes at once, each at its place', () => {
    const lines = mistakes(`discover:
  - compose: shop
    containers: [a]
  - targets: [ftp://a, "http://127.0.0.1:6060?x=1"]
  - { types: { cpu: 90 } }
intervall: 1m
interval: 10
jitter: 2
types: { heap: 1500ms, cpus: 10s }
labels: { 1a: b }
keep: [env]
shard: 6/5
maxSize: 64
to: example
prune: { maxSize: 20GB }
`);
    const expected = [
      /^collect.yaml:2:5 discover\[0\] must have one of compose, containers, pods, targets, files, got 2/,
      /^collect.yaml:4:15 discover\[1\]\.targets\[0\] must be an http or https URL or HOST:PORT.*got "ftp:\/\/a"/,
      /^collect.yaml:4:24 discover\[1\]\.targets\[1\] must have no query/,
      /^collect.yaml:5:21 discover\[2\]\.types\.cpu must be true, false, how long/,
      /^collect.yaml:6:12 intervall is not a known key \(did you mean interval\?\)/,
      /^collect.yaml:7:11 interval must be a duration, got 10/,
      /^collect.yaml:8:9 jitter must be a share from 0 to 0.9, got 2/,
      /^collect.yaml:9:16 types\.heap must be on, off, or how long in whole seconds/,
      /^collect.yaml:9:30 types\.cpus is not a known key \(did you mean cpu\?\)/,
      /^collect.yaml:10:15 labels\.1a must be a label/,
      /^collect.yaml:11:8 keep\[0\] must be LABEL=VALUE/,
      /^collect.yaml:12:8 shard must be N\/OF/,
      /^collect.yaml:13:10 maxSize must be a size/,
      /^collect.yaml:15:19 prune\.maxSize must be a positive size, got "20GB" \(example: 20GiB\)/,
      /^collect.yaml:14:5 to must be an http or https URL/,
    ];
    for (const each of expected)
      expect(
        lines.filter((line) => each.test(line)),
        String(each),
      ).toHaveLength(1);
    expect(lines).toHaveLength(expected.length);
  });

  it('holds its store to an age or a size, and says where it says neither', () => {
    expect(read('{ discover: [{ compose: a }], prune: { olderThan: 720h } }').prune).toEqual({
      olderThanMs: 720 * 3_600_000,
    });
    expect(mistakes('{ discover: [{ compose: a }], prune: {} }')).toEqual([
      'collect.yaml:1:38 prune must have olderThan or maxSize (example: { olderThan: 720h })',
    ]);
  });

  it('takes allocs instead of heap, not beside it', () => {
    expect(mistakes('{ discover: [{ compose: a }], types: { allocs: on } }').join()).toMatch(
      /types\.allocs has the same numbers as heap/,
    );
    expect(mistakes('{ discover: [{ compose: a, types: { allocs: on } }] }').join()).toMatch(
      /discover\[0\]\.types\.allocs has the same/,
    );
    expect(read('{ discover: [{ compose: a }], types: { allocs: on, heap: off } }').wishes).toMatchObject({
      allocs: {},
      heap: false,
    });
  });

  it('asks for no more seconds than there are', () => {
    expect(mistakes('{ discover: [{ compose: a }], interval: 10s }').join()).toMatch(/types\.cpu .* 100 % of the time/);
    expect(mistakes('{ discover: [{ compose: a }], types: { cpu: 40s, heap: 20s } }').join()).toMatch(
      /100 % of the time/,
    );
  });

  it.each([
    ['', /discover must be a list|discover .* is missing|discover/],
    ['- a', /must be a map/],
    ['discover: []', /at least one way/],
    ['a: [', /collect.yaml:1:/],
  ])('%j is none', (text, message) => {
    expect(mistakes(text).join('\n')).toMatch(message);
  });

  it('has the name and password of no URL in a message', () => {
    expect(
      mistakes('{ discover: [{ targets: ["http://anna:secret@a:1?x"] }], to: "ftp://anna:secret@b" }').join(),
    ).not.toContain('secret');
  });
});

describe('flags', () => {
  const flag = (path: readonly string[], value: unknown, adds = false) => ({
    flag: `--${path.at(-1)}`,
    path,
    value,
    adds,
  });

  it('go before the file, add to its lists, and are named where they are wrong', () => {
    const text = 'discover: [{ compose: shop }]\ninterval: 1m\nlabels: { env: a, b: c }\nkeep: [a=b]\n';
    const settings = read(text, [
      flag(['interval'], '2m'),
      flag(['labels', 'env'], 'prod'),
      flag(['types', 'cpu'], '5s'),
      flag(['keep'], 'c=d', true),
      flag(['discover'], { files: ['/x.json'] }, true),
    ]);
    expect(settings.rhythm.intervalMs).toBe(120_000);
    expect(settings.labels).toEqual({ env: 'prod', b: 'c' });
    expect(settings.filter.keep.map((each) => each.text)).toEqual(['a=b', 'c=d']);
    expect(settings.discover.map(({ from }) => from)).toEqual([{ compose: 'shop' }, { files: ['/x.json'] }]);
    expect(mistakes(text, [flag(['interval'], 'soon'), flag(['keep'], 'e', true)])).toEqual([
      expect.stringMatching(/^--interval interval must be/),
      expect.stringMatching(/^--keep keep\[1\] must be/),
    ]);
  });

  it('need no file', () => {
    expect(readCollectConfig(undefined, [flag(['discover'], { compose: 'shop' }, true)]).discover).toHaveLength(1);
  });
});
