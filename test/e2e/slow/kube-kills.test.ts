/**
 * SIGKILL of each part of a run in a real cluster: of rampart itself, and of parts of the cluster by commands of the environment.
 * RAMPART_KUBE_KILL_KUBELET and RAMPART_KUBE_KILL_API end a kubelet and the API server, RAMPART_KUBE_START brings back whatever is missing,
 * with all that the cluster had.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { readAccess } from '../../../src/host/kube/config.ts';
import { cli, leaveNothing, readResult, startCli, workDirectory } from '../../helpers/cli.ts';
import { describeWithKube, hasKube, loadGoText, namespacesOf, sayUntested, testCluster } from '../../helpers/kube.ts';
import { serviceProgram, writeScenario, writeService } from '../../helpers/kube-service.ts';

const shell = (command: string) => execFileSync('sh', ['-c', command], { stdio: 'inherit' });
const commands = {
  kubelet: process.env.RAMPART_KUBE_KILL_KUBELET,
  api: process.env.RAMPART_KUBE_KILL_API,
  start: process.env.RAMPART_KUBE_START,
};
/** `it` of something that needs these commands; skipped loudly where one is missing. */
function itWith(variables: readonly string[], title: string, body: () => Promise<void>, ms: number): void {
  const missing = variables.filter((name) => process.env[name] === undefined);
  if (hasKube && missing.length > 0) sayUntested(`killed in mid-run: ${title}`, `without ${missing.join(', ')}`);
  it.skipIf(missing.length > 0)(title, body, ms);
}

describeWithKube('killed in mid-run', () => {
  leaveNothing();
  let cluster: KubeCluster;
  let image = '';
  beforeAll(async () => {
    cluster = await testCluster();
    image = await loadGoText('rampart-test/kills:1', serviceProgram);
  }, 180_000);
  afterAll(() => cluster.close());

  /** A run that has begun to send. */
  async function begun(name: string, env: Record<string, string> = {}) {
    const directory = workDirectory();
    writeService(directory, { image, replicas: 2 });
    const steps = [{ name: 'only', rate: '50/s', for: '8s' }];
    const scenario = writeScenario(directory, name, {
      load: { request: { path: '/' }, maxConnections: 50, timeout: '2s', steps },
      validity: { maxLagP99: '5s', maxOwnShare: 1 },
    });
    const run = startCli(['run', scenario, '--out', 'killed'], directory, env);
    await run.sees(/targets ready/);
    await sleep(3000);
    return { directory, scenario, run };
  }

  it('rampart: what was measured can be reported, and the next start leaves no namespace', async () => {
    const name = `kills-self-${process.pid}`;
    const { directory, scenario, run } = await begun(name);
    run.child.kill('SIGKILL');
    await run.end;
    expect(await namespacesOf(cluster, name)).toHaveLength(1);
    const report = await cli(['report', 'killed', '--json'], directory);
    expect(JSON.parse(report.stdout)).toMatchObject({ status: 'partial' });
    const next = await cli(['run', scenario, '--out', 'next'], directory);
    expect(next.stderr).toMatch(/removing namespace rampart-\S*, left behind by a run that was killed/);
    expect(readResult(`${directory}/next`).status).toBe('complete');
    expect(await namespacesOf(cluster, name)).toEqual([]);
  }, 120_000);

  it('the way to the API server, which comes back after the load: all was measured, and no namespace is left', async () => {
    const name = `kills-way-${process.pid}`;
    const way = await openWay();
    const { directory, run } = await begun(name, { KUBECONFIG: way.kubeconfig });
    way.cut();
    await sleep(12_000);
    expect(run.child.exitCode, 'it waits for the cluster').toBeNull();
    await way.mend();
    const { code, stderr } = await run.end;
    expect([0, 4], stderr).toContain(code);
    expect(stderr).toMatch(/pods are not followed for the moment: .* cannot be asked/);
    const { status, steps, gaps } = readResult(`${directory}/killed`);
    expect(status).toBe('complete');
    expect(steps.find((step) => step.name === 'only')?.load).toMatchObject({ planned: 400, failed: 0 });
    expect(gaps).toContainEqual(
      expect.objectContaining({ target: 'all', source: 'ends and restarts', untilUs: expect.any(Number) }),
    );
    expect(await namespacesOf(cluster, name)).toEqual([]);
    way.cut();
  }, 120_000);

  describe('a part of the cluster', () => {
    const toKillApi = ['RAMPART_KUBE_KILL_API', 'RAMPART_KUBE_START'];
    itWith(
      toKillApi,
      'the API server: load goes on, and what it did not tell is said',
      async () => {
        const name = `kills-api-${process.pid}`;
        const { directory, run } = await begun(name);
        shell(commands.api ?? '');
        await sleep(3000);
        shell(commands.start ?? '');
        const { code, stderr } = await run.end;
        const { status, steps, gaps } = readResult(`${directory}/killed`);
        expect([0, 4], stderr).toContain(code);
        expect(['complete', 'partial']).toContain(status);
        expect(steps.find((step) => step.name === 'only')?.load.completed).toBeGreaterThan(100);
        expect(gaps).toContainEqual(
          expect.objectContaining({ target: 'all', source: 'ends and restarts', untilUs: expect.any(Number) }),
        );
        expect(await namespacesOf(cluster, name)).toEqual([]);
      },
      240_000,
    );

    const toKillKubelet = ['RAMPART_KUBE_KILL_KUBELET', 'RAMPART_KUBE_START'];
    itWith(
      toKillKubelet,
      'the kubelet: the run ends, and the next start leaves no namespace',
      async () => {
        const name = `kills-kubelet-${process.pid}`;
        const { directory, scenario, run } = await begun(name);
        shell(commands.kubelet ?? '');
        await sleep(7000);
        shell(commands.start ?? '');
        const { code, stderr } = await run.end;
        expect([0, 4], stderr).toContain(code);
        expect(['complete', 'partial']).toContain(readResult(`${directory}/killed`).status);
        await cli(['run', scenario, '--out', 'next'], directory);
        expect(await namespacesOf(cluster, name)).toEqual([]);
      },
      300_000,
    );
  });
});

/** A way to the API server of the test cluster that can be cut, and mended. */
async function openWay() {
  const { server } = await readAccess({ env: process.env });
  const { hostname, port } = new URL(server);
  const open = new Set<Socket>();
  const front = createServer((near) => {
    const far = connect(Number(port || 443), hostname);
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy()).on('close', () => open.delete(one));
    }
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const { port: own } = front.address() as AddressInfo;
  const config = parse(readFileSync(process.env.KUBECONFIG ?? '', 'utf8')) as {
    clusters: { cluster: Record<string, unknown> }[];
  };
  for (const each of config.clusters) {
    const { 'certificate-authority': _, 'certificate-authority-data': __, ...cluster } = each.cluster;
    each.cluster = { ...cluster, server: `https://127.0.0.1:${own}`, 'insecure-skip-tls-verify': true };
  }
  const kubeconfig = join(workDirectory(), 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(config));
  return {
    kubeconfig,
    cut: () => {
      front.close();
      for (const socket of open) socket.destroy();
    },
    mend: () => new Promise<void>((resolve) => front.listen(own, '127.0.0.1', resolve)),
  };
}
