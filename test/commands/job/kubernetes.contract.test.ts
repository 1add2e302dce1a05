/** The ConfigMap of a command, in a real cluster. */
import { expect, it } from 'vitest';
import { announceBegin, announceToCluster } from '../../../src/commands/job/kubernetes.ts';
import type { JobNews } from '../../../src/commands/job/news.ts';
import { contextOf } from '../../helpers/command-context.ts';
import { describeWithKube, testCluster, withNamespace } from '../../helpers/kube.ts';

const kind = { apiVersion: 'v1', kind: 'ConfigMap' } as const;
const news: JobNews = {
  title: 'rampart run api',
  exitCode: 1,
  summary: '## api\n',
  outputs: { verdict: 'fail', reason: 'same' },
  problems: ['p99'],
};

describeWithKube('the ConfigMap of a command', () => {
  it('is made, and written over by the next, of which nothing older stays', async () => {
    const cluster = await testCluster();
    await withNamespace(cluster, async (namespace) => {
      const { context, told } = contextOf({ ...process.env, RAMPART_CONFIG_MAP: `${namespace}/result` });
      await announceToCluster(news, context);
      await announceToCluster({ ...news, exitCode: 0, outputs: {}, problems: [] }, context);
      expect(told.warnings).toEqual([]);
      const found = await cluster.get({ ...kind, namespace, name: 'result' });
      expect(found?.['data']).toMatchObject({ verdict: 'pass', 'exit-code': '0', reason: '', problems: '' });
      expect(found?.metadata.labels).toMatchObject({ 'rampart.dev/verdict': 'pass' });
    }).finally(() => cluster.close());
  });

  it('says that a command has begun, over what the one before came to', async () => {
    const cluster = await testCluster();
    await withNamespace(cluster, async (namespace) => {
      const { context, told } = contextOf({ ...process.env, RAMPART_CONFIG_MAP: `${namespace}/result` });
      await announceToCluster({ ...news, exitCode: 0, outputs: {} }, context);
      await announceBegin('run', context);
      expect(told.warnings).toEqual([]);
      const found = await cluster.get({ ...kind, namespace, name: 'result' });
      expect(found?.['data']).toMatchObject({ verdict: 'begun', 'exit-code': '', problems: '', 'summary.md': '' });
    }).finally(() => cluster.close());
  });

  it('is left alone where it is somebody else, which is warned of', async () => {
    const cluster = await testCluster();
    await withNamespace(cluster, async (namespace) => {
      await cluster.create({ ...kind, metadata: { namespace, name: 'own' }, data: { key: 'value' } });
      const { context, told } = contextOf({ ...process.env, RAMPART_CONFIG_MAP: `${namespace}/own` });
      await announceToCluster(news, context);
      expect(told.warnings).toEqual([expect.stringContaining('it is there, and not by rampart')]);
      expect((await cluster.get({ ...kind, namespace, name: 'own' }))?.['data']).toEqual({ key: 'value' });
    }).finally(() => cluster.close());
  });

  it('that cannot be written is warned of', async () => {
    const { context, told } = contextOf({ ...process.env, RAMPART_CONFIG_MAP: 'no-such-namespace/result' });
    await announceToCluster(news, context);
    expect(told.warnings).toEqual([expect.stringContaining('ConfigMap no-such-namespace/result could not be written')]);
  });
});
