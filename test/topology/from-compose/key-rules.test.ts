/** Every key of the Compose specification is translated to something, is refused with its place, or is known to be harmless; none is forgotten. */
import { describe, expect, it } from 'vitest';
import { asksForSomething, knownKeys } from '../../../src/topology/compose-file/keys.ts';
import { deployRules, serviceRules } from '../../../src/topology/from-compose/key-rules.ts';
import { deployKeys, serviceKeys } from '../../helpers/compose-keys.ts';
import { refusals, translated } from '../../helpers/translated.ts';

const sections = { x: { content: 'x' } };

function projectWith(service: unknown): Readonly<Record<string, string>> {
  const services = { other: { image: 'x', environment: { OTHER: 1 } }, web: service };
  const project = { services, networks: { x: {} }, secrets: { x: { file: './x.env' } }, configs: sections };
  return { 'compose.yaml': JSON.stringify(project), 'x.env': 'FROM=file\n' };
}

/** What the keys are not about, so that each stands alone. */
const plain = { image: 'plain' };

function outcome(service: unknown) {
  const files = projectWith(service);
  const why = refusals(files);
  return { why, objects: why.length > 0 ? undefined : JSON.stringify(translated(files).services.map(objectsOf)) };
}

function objectsOf({ workload, before, after, isOneShot }: ReturnType<typeof translated>['services'][number]) {
  return { workload, before, after, isOneShot };
}

const untouched = outcome(plain).objects;

/** Values that a key of the table is asked with here, because that of the table cannot be translated. */
const translatable: Readonly<Record<string, unknown>> = {
  build: { context: '.' },
  group_add: ['1000'],
  network_mode: 'host',
  networks: { x: { aliases: ['named'] } },
  security_opt: ['no-new-privileges:true'],
  stop_signal: 'SIGINT',
  sysctls: { 'net.ipv4.tcp_syncookies': 1 },
  volumes: ['/a'],
  cpu_period: undefined,
};

describe('the rules', () => {
  it('are there for every key that the reader of compose files knows, and for no other', () => {
    expect(Object.keys(serviceRules).sort()).toEqual([...knownKeys('service')].sort());
    expect(Object.keys(deployRules).sort()).toEqual([...knownKeys('deploy')].sort());
  });

  it('call harmless what Compose itself does not heed, or what no container can notice', () => {
    const harmless = (rules: typeof serviceRules) => Object.keys(rules).filter((key) => rules[key] === 'harmless');
    expect(harmless(serviceRules)).toEqual([
      'annotations',
      'attach',
      'develop',
      'logging',
      'pull_refresh_after',
      'restart',
    ]);
    expect(harmless(deployRules)).toEqual([
      'endpoint_mode',
      'labels',
      'placement',
      'restart_policy',
      'rollback_config',
      'update_config',
    ]);
  });
});

describe('a key of a service', () => {
  it.each(
    Object.entries({ ...serviceKeys, runtime: 'kata', userns_mode: 'private' }).filter(
      ([key]) => typeof serviceRules[key] === 'function',
    ),
  )('%s is refused with its place, where it asks for something', (key, value) => {
    expect(outcome({ ...plain, [key]: value }).why).toEqual([
      expect.stringMatching(new RegExp(`^ {2}/elsewhere/compose\\.yaml:1:\\d+ services\\.web\\.${key} is `)),
    ]);
  });

  it.each(Object.entries(serviceKeys).filter(([key]) => serviceRules[key] === 'harmless'))(
    '%s changes nothing',
    (key, value) => {
      expect(outcome({ ...plain, [key]: value })).toEqual({ why: [], objects: untouched });
    },
  );

  it.each(
    Object.entries({ ...serviceKeys, ...translatable }).filter(
      ([key, value]) => serviceRules[key] === 'translated' && asksForSomething(key, value),
    ),
  )('%s changes the objects, or what starts, or is refused', (key, value) => {
    const found = outcome({ ...plain, [key]: value });
    if (found.objects === undefined) expect(found.why.join('\n')).toContain(`services.web.${key}`);
    else expect(found.objects).not.toBe(untouched);
  });

  it('is refused where nobody knows it, beside all else that is wrong', () => {
    expect(
      refusals(
        'services:\n  web:\n    image: x\n    imaage: y\n    privileged: true\n  db:\n    image: x\n    pid: host\n',
      ),
    ).toEqual([
      '  /elsewhere/compose.yaml:4:13 services.web.imaage is "y": it is no key of the Compose specification',
      expect.stringContaining('compose.yaml:5:17 services.web.privileged is true: '),
      expect.stringContaining('compose.yaml:8:10 services.db.pid is "host": '),
    ]);
  });

  it.each([
    { cgroup: 'private' },
    { cpu_shares: 1024 },
    { ipc: 'private' },
    { mem_limit: '64m', memswap_limit: 67_108_864 },
    { network_mode: 'bridge' },
    { pids_limit: -1 },
    { privileged: false, devices: [], ulimits: {}, cpus: 0, oom_kill_disable: 'false' },
    { 'x-mine': { privileged: true } },
    { runtime: 'runc' },
  ])('%j asks for nothing that a pod does not have', (service) => {
    expect(outcome({ ...plain, ...service }).why).toEqual([]);
  });
});

describe('a key of deploy', () => {
  it.each(Object.entries(deployKeys))('%s is translated, refused or harmless', (key, value) => {
    const found = outcome({ ...plain, deploy: { [key]: value } });
    if (deployRules[key] === 'harmless') expect(found).toEqual({ why: [], objects: untouched });
    else if (found.objects === undefined) expect(found.why.join('\n')).toContain(`services.web.deploy.${key}`);
    else expect(found.objects).not.toBe(untouched);
  });
});

describe('what is said of networks, volumes and files', () => {
  const refused = (text: string) => refusals(text)[0];

  it.each([
    ['services: { a: { image: x, networks: [n] } }\nnetworks: { n: { external: true } }', 'networks.n.external'],
    ['services: { a: { image: x, networks: [n] } }\nnetworks: { n: { internal: true } }', 'networks.n.internal'],
    ['services: { a: { image: x, networks: [n] } }\nnetworks: { n: { driver: macvlan } }', 'networks.n.driver'],
    [
      'services: { a: { image: x, networks: { n: { ipv4_address: 10.0.0.2 } } } }\nnetworks: { n: }',
      'services.a.networks.n.ipv4_address',
    ],
    ['services: { a: { image: x, volumes: ["./a:/a"] } }', 'services.a.volumes[0]'],
    ['services: { a: { image: x, volumes: ["v:/a"] } }\nvolumes: { v: { external: true } }', 'services.a.volumes[0]'],
    ['services: { a: { image: x, volumes: ["v:/a"], scale: 2 } }\nvolumes: { v: }', 'services.a.volumes[0]'],
    [
      'services: { a: { image: x, volumes: ["v:/a"] }, b: { image: x, volumes: ["v:/a"] } }\nvolumes: { v: }',
      'services.a.volumes[0]',
    ],
    ['services: { a: { image: x, volumes: [{ type: npipe, target: /a, source: b }] } }', 'services.a.volumes[0]'],
    ['services: { a: { image: x, configs: [c] } }\nconfigs: { c: { external: true } }', 'configs.c'],
    ['services: { a: { image: x, configs: [c] } }\nconfigs: { c: { file: ./gone } }', 'configs.c'],
    [
      'services: { a: { image: x, secrets: [{ source: c, uid: "7" }] } }\nsecrets: { c: { environment: PATH } }',
      'services.a.secrets[0].uid',
    ],
    ['services: { a: { image: x, tmpfs: "/a:uid=7" } }', 'services.a.tmpfs'],
    [
      'services: { a: { image: x, deploy: { resources: { limits: { pids: 9 } } } } }',
      'services.a.deploy.resources.limits.pids',
    ],
    ['services: { a: { image: x, user: nobody } }', 'services.a.user'],
    ['services: { a: { image: x, hostname: a.example.com } }', 'services.a'],
    ['services: { a: { image: x }, b: { image: x, container_name: a } }', 'services.b'],
    ['services: { a: { image: x, container_name: c, scale: 2 } }', 'services.a.container_name'],
    ['services: { a: { image: x, entrypoint: [] } }', 'services.a.entrypoint'],
    [
      'services: { a: { image: x }, b: { image: x, depends_on: { a: { condition: service_healthy } } } }',
      'services.b.depends_on.a',
    ],
  ])('%s is refused at its place', (text, place) => {
    expect(refused(text)).toMatch(new RegExp(`compose\\.yaml:\\d+:\\d+ ${place.replace(/[.[\]]/g, '\\$&')}`));
  });
});
