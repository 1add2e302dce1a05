/** A compose file on a real cluster: the same services, series and accounting as with Docker Compose, from images that are built here. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import type { RunResult } from '../../../src/model/run-result.ts';
import { cli, expectComplete, leaveNothing, readResult, workDirectory, writeScenario } from '../../helpers/cli.ts';
import { hasDocker } from '../../helpers/docker.ts';
import { describeWithKube, testCluster } from '../../helpers/kube.ts';

const load = JSON.stringify(['sh', '-c', `${process.env.RAMPART_KUBE_LOAD} "$0"`, '{archive}']);

/**
 * Series by target. On the network of a node the kernel counts what is of a network for all pods, and shows all their connections; which wait
 * reasons there are depends on the moment.
 */
const ofNetworks = / (?:container\.network_|net\.|sock\.to\.)| goroutines\.(?!total$)/;

function seriesOf({ series }: RunResult): string[] {
  const names = series.map(({ target, name }) => `${target} ${name}`);
  return [...new Set(names.filter((name) => !ofNetworks.test(name)))].sort();
}

function accountsOf({ steps }: RunResult) {
  return steps.map(
    ({ name, kind, load: { planned, completed, failed, timedOut, dropped, unfinished } = {} as never }) => ({
      name,
      kind,
      planned,
      sum: completed + failed + timedOut + dropped + unfinished,
    }),
  );
}

describeWithKube('a compose file on a cluster', () => {
  let cluster: KubeCluster;
  let kube: RunResult;
  const directory = workDirectory();
  leaveNothing();

  beforeAll(async () => {
    cluster = await testCluster();
    const file = writeScenario(directory, [['for: 3s', 'for: 2s']]);
    const flags = ['--set', 'topology.hostNetwork=true', '--set', `topology.imageLoad=${load}`];
    const end = await cli(['run', file, '--engine', 'kubernetes', ...flags, '--out', 'kube'], directory);
    kube = readResult(join(directory, 'kube'));
    expectComplete(end, kube);
  }, 180_000);
  afterAll(() => cluster?.close());

  it('is measured, says which images run, and leaves nothing', async () => {
    expect(kube.environment.facts).toMatchObject({
      'image downstream': expect.stringMatching(/^rampart\.local\/downstream:[0-9a-f]{16} \(sha256:[0-9a-f]{64}\)$/),
    });
    expect(accountsOf(kube).filter(({ planned, sum }) => planned !== sum)).toEqual([]);
    const { items } = await cluster.list(
      { apiVersion: 'v1', kind: 'Namespace' },
      { labels: `dev.rampart.run=${kube.id}` },
    );
    expect(items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)).toEqual([]);
  });

  it.skipIf(!hasDocker)(
    'has the series and the accounts of the same scenario on Docker Compose',
    async () => {
      const end = await cli(['run', 'short.yaml', '--engine', 'compose', '--out', 'compose'], directory);
      const compose = readResult(join(directory, 'compose'));
      expectComplete(end, compose);
      expect(seriesOf(kube)).toEqual(seriesOf(compose));
      expect(accountsOf(kube)).toEqual(accountsOf(compose));
    },
    60_000,
  );

  it('is refused with all that a pod cannot have, before anything is made', async () => {
    writeFileSync(
      join(directory, 'stranger.yaml'),
      'services:\n  web:\n    image: nowhere.example/web\n    privileged: true\n    volumes: ["./data:/data"]\n    network_mode: host\n',
    );
    const scenario = readFileSync(join(directory, 'short.yaml'), 'utf8')
      .replace(/compose: .*/, 'compose: stranger.yaml')
      .replace(/ {2}(?:scale|env):.*\n/g, '')
      .replace('service: loadbalancer', 'service: web');
    writeFileSync(join(directory, 'stranger-run.yaml'), scenario);
    const { code, stderr } = await cli(
      ['run', 'stranger-run.yaml', '--engine', 'kubernetes', '--out', 'none'],
      directory,
    );
    expect(stderr).toMatch(/stranger\.yaml:4:17 services\.web\.privileged is true/);
    expect(stderr).toMatch(/stranger\.yaml:5:15 services\.web\.volumes\[0\] mounts/);
    expect(stderr).toMatch(/stranger\.yaml:6:19 services\.web\.network_mode is "host"/);
    expect(code).toBe(2);
  });
});
