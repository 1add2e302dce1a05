/** Compose projects of all kinds are translated or refused, and what they are translated to is what a real API server takes. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster, KubeObject } from '../../../src/host/kube/cluster.ts';
import type { RampartError } from '../../../src/model/errors.ts';
import { serviceRules } from '../../../src/topology/from-compose/key-rules.ts';
import type { TranslationWishes } from '../../../src/topology/from-compose/project.ts';
import { composeCorpus } from '../../helpers/compose-corpus/all.ts';
import { serviceKeys } from '../../helpers/compose-keys.ts';
import { projectOf } from '../../helpers/compose-project.ts';
import { describeWithKube, testCluster, withNamespace } from '../../helpers/kube.ts';
import { translated } from '../../helpers/translated.ts';

const refusalCodes = ['not-translated', 'compose-invalid', 'dependency-cycle', 'env-file-invalid', 'label-invalid'];

/** Objects of a project; undefined where it is refused in our words. */
function objectsOf(
  files: Readonly<Record<string, string>>,
  wishes: Partial<TranslationWishes>,
): KubeObject[] | undefined {
  try {
    return translated(files, wishes).services.flatMap(({ before, workload }) => [...before, workload]);
  } catch (error) {
    expect(refusalCodes).toContain((error as RampartError).code);
    return undefined;
  }
}

/** Values of keys that are translated, some of them from the table of all keys, and some that say more. */
const values: Readonly<Record<string, readonly unknown[]>> = {
  cap_add: [['NET_BIND_SERVICE'], ['CAP_CHOWN', 'KILL']],
  command: ['serve "a b" $$(X)', ['x', '$$y'], []],
  configs: [['c'], [{ source: 'c', target: '/etc/c.yaml', mode: 288 }]],
  cpus: [0.001, '1.5', 2],
  deploy: [
    { replicas: 0 },
    {
      replicas: 3,
      resources: { limits: { cpus: '0.5', memory: '64M' }, reservations: { cpus: '0.1', memory: '32M' } },
    },
  ],
  dns_opt: [['ndots:2', 'use-vc']],
  entrypoint: ['/bin/sh -c "x"', ['x']],
  environment: [{ A: 'b', 'c.d': '$$(A)', E: '' }, ['X=1']],
  expose: [['80', '9000-9002']],
  group_add: [['1000']],
  healthcheck: [
    { test: ['CMD', 'x'], interval: '500ms', retries: 0 },
    { test: 'x || exit 1', timeout: '1m30s' },
  ],
  hostname: ['web'],
  init: [true],
  labels: [{ 'a.b/c': 'd', 'com.example.x': 'true', 'not a key': 'x' }],
  mem_limit: ['64m', 1_073_741_824],
  networks: [{ n: { aliases: ['other-name', 'Upper'] } }, ['n']],
  platform: ['linux/amd64', 'linux/arm64/v8'],
  ports: [
    ['80', '127.0.0.1:81:81', '53:53/udp', '8080-8082:8080-8082'],
    [{ target: 443, protocol: 'tcp', app_protocol: 'https' }],
  ],
  read_only: [true],
  secrets: [['s'], [{ source: 's', target: '/x' }]],
  security_opt: [['no-new-privileges:true', 'seccomp:unconfined', 'apparmor=unconfined']],
  shm_size: ['64m'],
  stop_grace_period: ['0s', '1m30s500ms'],
  sysctls: [{ 'net.ipv4.tcp_syncookies': 1 }, ['net.ipv4.ip_local_port_range=1024 65000']],
  tmpfs: ['/run', ['/tmp:size=1m,mode=1777']],
  user: ['65532', '1000:1000', 'root'],
  volumes: [['/a', 'v:/b:ro', { type: 'tmpfs', target: '/t' }]],
};

const translatedKeys = Object.keys(serviceRules).filter((key) => serviceRules[key] === 'translated');

const someKeys = fc
  .uniqueArray(fc.constantFrom(...translatedKeys), { maxLength: 8 })
  .chain((keys) =>
    fc.tuple(
      ...keys.map((key) =>
        fc.constantFrom(...(values[key] ?? [serviceKeys[key]])).map((value) => [key, value] as const),
      ),
    ),
  );

const project = fc
  .dictionary(fc.constantFrom('web', 'my_db', 'API', '3scale', 'a.b', 'x'.repeat(70)), someKeys, {
    minKeys: 1,
    maxKeys: 3,
  })
  .map((services) => {
    const named = Object.entries(services).map(([name, keys]) => [
      name,
      { image: 'example/x:1', ...Object.fromEntries(keys) },
    ]);
    const top = { networks: { n: {} }, volumes: { v: {} }, configs: { x: { content: 'x' }, c: { content: 'c' } } };
    const other = { image: 'example/other:1' };
    const secrets = { x: { file: './x.env' }, s: { file: './x.env' } };
    return {
      'compose.yaml': JSON.stringify({ services: { other, ...Object.fromEntries(named) }, ...top, secrets }),
      'x.env': 'A=1\n',
    };
  });

describeWithKube('what compose projects become', () => {
  let cluster: KubeCluster;
  beforeAll(async () => {
    cluster = await testCluster();
  });
  afterAll(() => cluster?.close());

  /** Refusals of the API server; a name that is there from the same project is one of two equal objects. */
  async function refused(objects: readonly KubeObject[], namespace: string): Promise<string[]> {
    const tried = objects.map(async (object) => {
      const placed = { ...object, metadata: { ...object.metadata, namespace } };
      return await cluster.create(placed, { isDryRun: true }).then(
        () => [],
        (error: Error) => [`${object.kind} ${object.metadata.name}: ${error.message}`],
      );
    });
    return (await Promise.all(tried)).flat();
  }

  it('of the corpus is taken by the API server', async () => {
    await withNamespace(cluster, async (namespace) => {
      let count = 0;
      for (const { files, named, env = {}, profiles } of composeCorpus) {
        for (const hostNetwork of [false, true]) {
          const objects = objectsOf(files, { source: projectOf(files, named), env, profiles, hostNetwork }) ?? [];
          count += objects.length;
          expect(await refused(objects, namespace)).toEqual([]);
        }
      }
      expect(count).toBeGreaterThan(50);
    });
  }, 180_000);

  it('of random keys is taken by the API server', async () => {
    await withNamespace(cluster, async (namespace) => {
      let count = 0;
      await fc.assert(
        fc.asyncProperty(project, fc.boolean(), async (files, hostNetwork) => {
          const objects = objectsOf(files, { hostNetwork }) ?? [];
          count += objects.length;
          expect(await refused(objects, namespace)).toEqual([]);
        }),
        { numRuns: 60 },
      );
      expect(count).toBeGreaterThan(30);
    });
  }, 180_000);
});
