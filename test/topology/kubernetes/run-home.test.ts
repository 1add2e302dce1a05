/** Which namespace a run is in, and what the one before may have left there. */
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/host/kube/cluster.ts';
import { whileKept } from '../../../src/model/kept-namespaces.ts';
import { openHome } from '../../../src/topology/kubernetes/run-home.ts';
import type { RunObjects } from '../../../src/topology/kubernetes/run-objects.ts';
import { removeOrphanNamespaces } from '../../../src/topology/orphans/namespaces.ts';
import { jumpingClock } from '../../helpers/jumping-clock.ts';
import { namespaceCluster } from '../../helpers/namespace-cluster.ts';
import { testRun } from '../../helpers/run-context.ts';

const configMap: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };
const binding = { ...configMap, apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' };
const service = { ...configMap, kind: 'Service' };
const api = {
  service: 'api',
  object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api' } },
  hints: {},
  ports: [],
  replicas: 2,
  isOneShot: false,
  after: [],
};
const objects: RunObjects = { before: [configMap], workloads: [], warnings: [], facts: {} };

/** Runs of one experiment, on a clock of which nobody waits. */
function experiment() {
  const made = namespaceCluster();
  const clock = jumpingClock();
  const kept = new Map();
  const run = (given: RunObjects = objects) => {
    const { context, logged, abort } = testRun();
    const own = { ...context, clock, kept };
    const connect = async () => made.cluster;
    return { logged, abort, context: own, home: openHome(given, { cluster: made.cluster, context: own, connect }) };
  };
  const namespaces = () => [...made.objects.values()].filter(({ kind }) => kind === 'Namespace');
  return { ...made, clock, kept, run, namespaces };
}

describe('runs of an experiment', () => {
  it('use one namespace, out of which each takes what it made', async () => {
    const { run, objects: inside, namespaces, kept } = experiment();
    const first = await run().home;
    await first.cluster.create(configMap);
    await first.leave();
    expect([...inside.keys()]).toEqual([`Namespace ${first.name}`]);
    const second = await run().home;
    expect(second.name).toBe(first.name);
    await second.leave();
    expect(namespaces()).toHaveLength(1);
    for (const each of kept.values()) await each.remove();
    expect(namespaces()).toEqual([]);
  });

  it('get another where something is left, and say what', async () => {
    const { run, stuck } = experiment();
    const first = run();
    const home = await first.home;
    await home.cluster.create(configMap);
    stuck.add('ConfigMap settings');
    await home.leave();
    expect(first.logged.join()).toMatch(/is removed with what a run has left in it.*ConfigMap settings/);
    expect((await run().home).name).not.toBe(home.name);
  });

  it('get another where a pod came after all had gone', async () => {
    const { run, cluster } = experiment();
    const first = await run().home;
    await first.leave();
    await cluster.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'late' } });
    const second = run();
    expect((await second.home).name).not.toBe(first.name);
    expect(second.logged.join()).toContain('Pod late');
  });

  it('have a namespace each where others may make something, or rights are missing', async () => {
    const bound = experiment();
    const one = bound.run({ ...objects, before: [binding] });
    await (await one.home).leave();
    expect(one.logged.join()).toContain('RoleBinding settings');
    expect(bound.namespaces()).toEqual([]);
    const poor = experiment();
    poor.forbidden.add('delete configmaps');
    const other = poor.run();
    await (await other.home).leave();
    expect(other.logged.join()).toContain('would have to delete configmaps');
    expect(poor.namespaces()).toEqual([]);
  });

  it('wait until names of the run before are forgotten, where pods ask for names', async () => {
    const { run, clock } = experiment();
    const named = { ...objects, before: [service], workloads: [api] };
    await (await run(named).home).leave();
    const leftUs = clock.nowUs();
    await run(named).home;
    expect(clock.nowUs() - leftUs).toBeGreaterThanOrEqual(29_000_000);
  });

  it('do not take events of the run before for their own', async () => {
    const { run, cluster } = experiment();
    await (await run().home).leave();
    await cluster.create({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'failed', uid: 'e-1' } });
    expect([...(await run().home).eventsBefore]).toEqual(['e-1']);
  });

  it('leave nothing at an interrupt', async () => {
    const { run, objects: inside } = experiment();
    const { home, abort } = run();
    const { cluster, leave } = await home;
    await cluster.create(configMap);
    abort.abort(new Error('interrupted'));
    await leave();
    expect(inside.size).toBe(0);
  });

  it('do not take what they go on with for an orphan', async () => {
    const { run, namespaces } = experiment();
    await (await run().home).leave();
    const { context, home } = run();
    const { cluster } = await home;
    await removeOrphanNamespaces({ ...context, cluster });
    expect(namespaces()).toHaveLength(1);
    await removeOrphanNamespaces({ ...context, cluster, kept: undefined });
    expect(namespaces()).toEqual([]);
  });
});

it('what is kept goes however the work ends', async () => {
  const gone: string[] = [];
  const remove = async () => void gone.push('gone');
  const work = whileKept(async (kept) => {
    kept.set('cluster', { name: 'n', runId: 'r', namesUntilHrUs: 0, remove });
    throw new Error('failed');
  });
  await expect(work).rejects.toThrow('failed');
  expect(gone).toEqual(['gone']);
});
