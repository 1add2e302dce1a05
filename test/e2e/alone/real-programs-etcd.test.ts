/** The leader of three of Debian's etcd is killed by a command, as somebody does who runs them, while load goes through the HTTP gateway. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { RunResult } from '../../../src/model/run-result.ts';
import { cli, readResult, workDirectory } from '../../helpers/cli.ts';
import { expectRecoveryAtElection } from '../../helpers/elections.ts';
import { describeWith } from '../../helpers/programs.ts';
import { answers, metricOf, strangersIn } from '../../helpers/strangers.ts';

const members = [1, 2, 3].map((number) => ({ name: `etcd-${number}`, address: `127.66.0.3${number}` }));

describeWith('etcd', 'rampart run against three etcd that lose their leader', (etcd) => {
  const directory = workDirectory();
  const strangers = strangersIn(directory);
  let result: RunResult;
  let leader = '';
  beforeAll(async () => {
    const cluster = members.map(({ name, address }) => `${name}=http://${address}:2380`).join();
    const started = members.map(({ name, address }) => {
      const [client, peer] = [`http://${address}:2379`, `http://${address}:2380`];
      return strangers.start(`${name}.log`, etcd, [
        ...['--name', name, '--data-dir', name, '--logger', 'zap', '--log-outputs', 'stderr'],
        ...['--listen-client-urls', client, '--advertise-client-urls', client],
        ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
        ...['--initial-cluster', cluster, '--initial-cluster-state', 'new'],
      ]);
    });
    for (const { address } of members) await answers(`http://${address}:2379/health`);
    const leads = await Promise.all(
      members.map(({ address }) => metricOf(`http://${address}:2379/metrics`, 'etcd_server_is_leader')),
    );
    const index = leads.indexOf(1);
    leader = members[index]?.name ?? '';
    const follower = members[(index + 1) % members.length];
    const targets = members.map(({ name, address }, at) => ({
      name,
      metrics: `http://${address}:2379/metrics`,
      logs: join(directory, `${name}.log`),
      pid: started[at]?.pid,
    }));
    const [key, value] = ['key', 'value'].map((text) => Buffer.from(text).toString('base64'));
    const scenario = {
      name: 'etcd-leader-lost',
      topology: { engine: 'external', targets },
      target: { url: `http://${follower?.address}:2379/` },
      load: {
        request: { method: 'POST', path: '/v3/kv/put', body: JSON.stringify({ key, value }) },
        timeout: '3s',
        idle: '500ms',
        steps: [{ name: 'steady', rate: '200/s', for: '10s' }],
      },
      faults: [{ name: 'leader-dies', at: '4s', run: ['kill', '-9', String(started[index]?.pid)] }],
      observe: { metrics: '500ms' },
      validity: { maxLagP99: '5s', maxOwnShare: 1, maxLoopShare: 1 },
    };
    writeFileSync(join(directory, 'etcd.yaml'), stringify(scenario));
    const { stderr } = await cli(['run', 'etcd.yaml', '--out', 'run'], directory);
    result = readResult(join(directory, 'run'));
    expect(result.status, stderr).toBe('complete');
  });
  afterAll(() => strangers.end());

  it('tells of an outage as long as the election in their logs, and accounts for every arrival', () => {
    expectRecoveryAtElection(result, join(directory, 'run'));
  });

  it('tells which of them died', () => {
    expect(leader).not.toBe('');
    expect(result.faults?.[0]?.what).toMatch(/^ran kill -9 \d+$/);
  });
});
