/** Runs in a real cluster as an account that has exactly the rights that `rampart doctor --kubernetes` prints, and as one that has none. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { cli, expectComplete, leaveNothing, readResult, workDirectory } from '../../helpers/cli.ts';
import { describeWithKube, loadGoTextWithShell, namespacesOf, testCluster, withNamespace } from '../../helpers/kube.ts';
import { applyRole, makeAccount } from '../../helpers/kube-account.ts';
import { serviceProgram, writeScenario, writeService } from '../../helpers/kube-service.ts';

describeWithKube('a run with the least role that works', () => {
  leaveNothing();
  let cluster: KubeCluster;
  let image = '';
  beforeAll(async () => {
    cluster = await testCluster();
    image = await loadGoTextWithShell('rampart-test/rights:1', serviceProgram);
  }, 180_000);
  afterAll(() => cluster.close());

  it('is refused at once with all that is missing, and then goes through, with faults and numbers of containers', async () => {
    await withNamespace(cluster, async (namespace) => {
      const directory = workDirectory();
      const name = `rights-${namespace}`;
      const resources = { limits: { cpu: '500m', memory: '64Mi' } };
      writeService(directory, { image, replicas: 2, pod: { shareProcessNamespace: true }, container: { resources } });
      const scenario = writeScenario(directory, name, {
        load: {
          request: { path: '/' },
          maxConnections: 50,
          timeout: '2s',
          steps: [{ name: 'only', rate: '50/s', for: '6s' }],
        },
        validity: { maxLagP99: '5s', maxOwnShare: 1 },
        faults: [
          { name: 'dead', at: '1s', for: '1s', kill: 'web#1' },
          { name: 'more', at: '4s', for: '1s', scale: { web: 3 } },
        ],
      });
      const env = { KUBECONFIG: await makeAccount(cluster, { namespace, name: 'runner', folder: directory }) };
      const refused = await cli(['run', scenario, '--out', 'refused'], directory, env);
      expect(refused.code, refused.stderr).toBe(3);
      expect(refused.stderr).toMatch(/lacks rights that this run needs; nothing was made:/);
      for (const right of ['create namespaces', 'create deployments.apps', 'create pods/exec', 'create resourcequotas'])
        expect(refused.stderr).toContain(`    ${right} (`);
      expect(await namespacesOf(cluster, name)).toEqual([]);

      const doctor = await cli(['doctor', '--kubernetes'], directory, env);
      expect(doctor.code).toBe(3);
      const takeBack = await applyRole(cluster, doctor.stdout, namespace);
      try {
        const run = await cli(['run', scenario, '--out', 'done'], directory, env);
        const result = readResult(`${directory}/done`);
        expectComplete(run, result);
        expect(result.warnings.filter((text) => /may not|forbidden/.test(text))).toEqual([]);
        expect(result.series.map((each) => each.name)).toContain('container.cpu_percent');
        expect(await namespacesOf(cluster, name)).toEqual([]);
      } finally {
        await takeBack();
      }
    });
  }, 180_000);
});
