/** Looks at a real cluster, as users with all rights, with none, and with those of the role that is printed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { doctorCommand } from '../../../src/commands/doctor.ts';
import { announceToCluster } from '../../../src/commands/job/kubernetes.ts';
import { checksSchema } from '../../../src/model/machine-check.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';
import { describeWithKube, testCluster, withNamespace } from '../../helpers/kube.ts';
import { applyRole, makeAccount, writeConfig } from '../../helpers/kube-account.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-doctor-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function doctor(flags: Readonly<Record<string, string>> = {}, kubeconfig = process.env.KUBECONFIG) {
  const { context, told } = contextOf({ ...process.env, KUBECONFIG: kubeconfig });
  const code = await doctorCommand.run(argsOf({ kubernetes: true, json: true, ...flags }), context);
  const { checks, role = '' } = checksSchema.parse(JSON.parse(told.stdout));
  return { code, role, checks, check: (name: string) => checks.find((each) => each.name === name) };
}

describeWithKube('rampart doctor --kubernetes', () => {
  it('says what an administrator has, and prints nothing but YAML', async () => {
    const { context, told } = contextOf(process.env);
    const code = await doctorCommand.run(argsOf({ kubernetes: true }), context);
    expect(code).toBe(0);
    const documents = parseAllDocuments(told.stdout);
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    expect(documents.map((each) => (each.toJS() as { kind: string }).kind)).toContain('ClusterRole');
    expect(told.stdout).toMatch(/^# ok {7}cluster .*v1\./m);
    expect(told.stdout).toMatch(/^# ok {7}nodes .* ready: kubelet v1\./m);
  });

  it('tells a user without rights all that is missing, and prints the role that gives it', async () => {
    const cluster = await testCluster();
    await withNamespace(cluster, async (namespace) => {
      const kubeconfig = await makeAccount(cluster, { namespace, name: 'nobody', folder });
      const before = await doctor({}, kubeconfig);
      expect(before.code).toBe(3);
      expect(before.check('rights')).toMatchObject({ state: 'missing' });
      for (const right of ['create namespaces', 'list pods', 'get pods/log', 'create deployments.apps'])
        expect(before.check('rights')?.found).toContain(right);
      const takeBack = await applyRole(cluster, before.role, namespace);
      try {
        const after = await doctor({}, kubeconfig);
        expect(after.check('rights')).toMatchObject({ state: 'ok' });
        expect(after.code).toBe(0);
        const env = { KUBECONFIG: kubeconfig, RAMPART_CONFIG_MAP: `${namespace}/result` };
        const { context, told } = contextOf(env);
        for (const exitCode of [0, 1] as const)
          await announceToCluster(
            { title: 'rampart run api', exitCode, summary: '', outputs: {}, problems: [] },
            context,
          );
        expect(told.warnings).toEqual([]);
        const kept = await cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'result' });
        expect(kept?.['data']).toMatchObject({ 'exit-code': '1' });
      } finally {
        await takeBack();
      }
    });
    cluster.close();
  });

  it('prints a smaller role for a namespace that is only looked at, and one for another account', async () => {
    const cluster = await testCluster();
    await withNamespace(cluster, async (namespace) => {
      const kubeconfig = await makeAccount(cluster, { namespace, name: 'looker', folder });
      const { role } = await doctor({ namespace, account: `${namespace}/looker` });
      const takeBack = await applyRole(cluster, role, namespace);
      try {
        expect((await doctor({ namespace }, kubeconfig)).check('rights')).toMatchObject({ state: 'ok' });
        expect((await doctor({}, kubeconfig)).check('rights')).toMatchObject({ state: 'missing' });
      } finally {
        await takeBack();
      }
    });
    cluster.close();
  });

  it('says that there is no such namespace', async () => {
    const { code, check } = await doctor({ namespace: 'never-made' });
    expect(code).toBe(3);
    expect(check('namespace')).toMatchObject({ state: 'missing', found: expect.stringContaining('never-made') });
  });

  it.each([
    ['a context that is not there', { context: 'elsewhere' }, /no context "elsewhere".*it has/],
    ['no kubeconfig', {}, /no kubeconfig/],
    ['a damaged one', {}, /damaged\.yaml is no kubeconfig/],
    ['a user that it does not know', {}, /refused/],
  ])('says why with %s, and prints no role', async (what, flags, message) => {
    const kubeconfig = {
      'no kubeconfig': join(folder, 'none.yaml'),
      'a damaged one': join(folder, 'damaged.yaml'),
      'a user that it does not know': await writeConfig(join(folder, 'old.yaml'), { token: 'expired' }),
    }[what];
    await writeFile(join(folder, 'damaged.yaml'), 'clusters: [');
    const found = await doctor(flags, kubeconfig);
    expect(found.code).toBe(3);
    expect(found.checks).toMatchObject([{ name: 'cluster', state: 'missing', found: expect.stringMatching(message) }]);
    expect(found.role).toBe('');
  });
});
