/** Faults on real pods of a real cluster: a Deployment whose image has a shell, and a StatefulSet whose image has none. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startClock } from '../../../src/host/clock.ts';
import type { KubeCluster, KubeObject } from '../../../src/host/kube/cluster.ts';
import type { FaultAction } from '../../../src/model/fault.ts';
import type { Target } from '../../../src/model/topology.ts';
import { podInject } from '../../../src/topology/kubernetes/pod-faults.ts';
import type { PodFaultMeans, PodOwner, PodReplica } from '../../../src/topology/kubernetes/pod-replica.ts';
import { describeWithKube, loadGoText, loadGoTextWithShell, testCluster } from '../../helpers/kube.ts';

const program = `package main

import ("fmt"; "os"; "os/signal"; "syscall"; "time")

func main() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGTERM)
	go func() { <-c; fmt.Println("told to end"); os.Exit(0) }()
	for i := 0; ; i++ { fmt.Println("beat", i); time.Sleep(100 * time.Millisecond) }
}
`;
const images = { deaf: 'rampart-test/fault-deaf:1', shell: 'rampart-test/fault-shell:1' };

describeWithKube('faults on pods', () => {
  const namespace = `test-faults-${process.pid}`;
  const signal = AbortSignal.timeout(120_000);
  let cluster: KubeCluster;

  beforeAll(async () => {
    cluster = await testCluster();
    await loadGoText(images.deaf, program);
    await loadGoTextWithShell(images.shell, program);
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }, 180_000);

  afterAll(async () => {
    await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    cluster.close();
  });

  const podsOf = async ({ name }: Pick<PodOwner, 'name'>) => {
    const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labels: `app=${name}` });
    return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  };
  const isReady = (pod: KubeObject) =>
    (pod['status'] as { conditions?: { type: string; status: string }[] }).conditions?.some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    ) === true;

  async function untilReady(name: string, count: number): Promise<readonly KubeObject[]> {
    for (;;) {
      const ready = (await podsOf({ name })).filter(isReady);
      if (ready.length === count) return ready.sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
      await sleep(100);
    }
  }

  /** A workload of two replicas of at most three, and what faults are done to it with. */
  async function start(name: string, kind: 'Deployment' | 'StatefulSet', spec: Readonly<Record<string, unknown>>) {
    const object: KubeObject = {
      apiVersion: 'apps/v1',
      kind,
      metadata: { name, namespace },
      spec: {
        replicas: 2,
        ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { hostNetwork: true, ...spec } },
      },
    };
    await cluster.create(object);
    const pods = await untilReady(name, 2);
    const owner: PodOwner = { apiVersion: 'apps/v1', kind, name };
    const seats = [1, 2, 3].map((number) => {
      const target: { -readonly [Key in keyof Target]: Target[Key] } = {
        id: `${name}-${number}`,
        service: name,
        ports: {},
        isAway: number > 2,
      };
      return { target, pod: pods[number - 1]?.metadata.name, container: 'main', owner };
    });
    const replicas: readonly PodReplica[] = seats;
    const takenAway: (string | undefined)[] = [];
    const means: PodFaultMeans = {
      cluster,
      namespace,
      clock: startClock(),
      replicas,
      takeAway: ({ target, pod }) => {
        takenAway.push(pod);
        for (const seat of seats) if (seat.target === target) seat.target.isAway = true;
      },
      giveBack: async (coming) => {
        const back = seats.filter(({ target }) => coming.some((each) => each.target === target));
        const staying = seats.filter((seat) => !seat.target.isAway && !back.includes(seat));
        const ready = await untilReady(name, staying.length + back.length);
        const names = ready.map(({ metadata }) => metadata.name);
        const free = names.filter((each) => ![...staying, ...back].some(({ pod }) => pod === each));
        for (const seat of back) {
          // One that was only paused is the pod that it was.
          if (!names.includes(seat.pod ?? '')) seat.pod = free.shift();
          seat.target.isAway = false;
        }
      },
      makeAgain: async () => undefined,
      run: undefined as never,
      signal,
    };
    const inject = (action: FaultAction, numbers: readonly number[]) =>
      podInject(means)(
        action,
        numbers.flatMap((number) => replicas[number - 1]?.target ?? []),
        signal,
      );
    return {
      replicas,
      inject,
      takenAway,
      names: async () => (await podsOf({ name })).map(({ metadata }) => metadata.name),
    };
  }

  const main = (image: string, more = {}) => ({
    containers: [{ name: 'main', image, imagePullPolicy: 'Never', ...more }],
  });

  it('kills with SIGKILL where the image has a shell and the pod one namespace of processes, and lets none come instead', async () => {
    const { replicas, inject, names, takenAway } = await start('shared', 'Deployment', {
      shareProcessNamespace: true,
      ...main(images.shell),
    });
    const [first, second] = [replicas[0]?.pod, replicas[1]?.pod];
    const fault = await inject({ kind: 'kill', of: { service: 'shared', replica: 1 } }, [1]);
    expect(fault.message).toBe(`killed shared-1 (pod ${first}): SIGKILL`);
    expect(takenAway).toEqual([first]);
    await sleep(1000);
    expect(await names()).toEqual([second]);
    expect(replicas[0]?.target.isAway).toBe(true);
    await fault.undo?.(signal);
    expect(replicas[0]?.target.isAway).toBe(false);
    expect((await names()).sort()).toEqual([replicas[0]?.pod, second].sort());
    expect(replicas[0]?.pod).not.toBe(first);

    const paused = await inject({ kind: 'pause', of: { service: 'shared' } }, [1, 2]);
    const beats = async () => {
      const lines: string[] = [];
      const of = { tailLines: 1 };
      for await (const line of cluster.logs(namespace, second ?? '', 'main', of)) lines.push(line.text);
      return lines;
    };
    let still = await beats();
    // What it had printed may be in its log a little later.
    const isStill = async () => {
      const before = still;
      await sleep(500);
      still = await beats();
      return still.join() === before.join();
    };
    await expect.poll(isStill).toBe(true);
    await paused.undo?.(signal);
    await expect.poll(beats).not.toEqual(still);

    const scaled = await inject({ kind: 'scale', service: 'shared', replicas: 3 }, []);
    expect(scaled.message).toBe('3 replicas of shared instead of 2');
    expect(replicas.map(({ target }) => target.isAway)).toEqual([false, false, false]);
    expect((await names()).sort()).toEqual(replicas.map(({ pod }) => pod).sort());
    const kept = [replicas[0]?.pod, second];
    await scaled.undo?.(signal);
    expect((await names()).sort()).toEqual([...kept].sort());
    const down = await inject({ kind: 'scale', service: 'shared', replicas: 1 }, []);
    expect(await names()).toEqual([kept[0]]);
    await down.undo?.(signal);
    expect(await names()).toHaveLength(2);
  }, 180_000);

  it('kills by the kubelet where no signal reaches the process, and says so; refuses to pause', async () => {
    const { replicas, inject, names } = await start('deaf', 'StatefulSet', main(images.deaf));
    const fault = await inject({ kind: 'kill', of: { service: 'deaf', replica: 1 } }, [1]);
    expect(fault.message).toBe(
      'killed deaf-1 (pod deaf-0): SIGTERM, and SIGKILL a second later, because its image has no shell that could send one',
    );
    expect(await names()).toEqual(['deaf-1']);
    await fault.undo?.(signal);
    expect((await names()).sort()).toEqual(['deaf-0', 'deaf-1']);
    expect(replicas[0]?.target.isAway).toBe(false);
    await expect(inject({ kind: 'pause', of: { service: 'deaf', replica: 2 } }, [2])).rejects.toMatchObject({
      code: 'fault-failed',
      message: 'cannot pause deaf-2: its image has no shell that could send one',
    });
    expect(replicas[1]?.target.isAway).toBe(false);

    const before = (await podsOf({ name: 'deaf' })).map(({ metadata }) => metadata.uid);
    const restarted = await inject({ kind: 'restart', of: { service: 'deaf' } }, [1, 2]);
    expect(restarted.message).toBe('restarted deaf-1 (pod deaf-0), deaf-2 (pod deaf-1)');
    expect((await podsOf({ name: 'deaf' })).filter(({ metadata }) => before.includes(metadata.uid))).toEqual([]);
  }, 180_000);
});
