// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** A compose project becomes workloads and names on Kubernetes that behave as its containers would. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readComposeSource } from '../../../src/topology/compose-file/sources.ts';
import { podOf, refusals, translated } from '../../helpers/translated.ts';

describe('a container', () => {
  const containerOf = (service: string, wishes = {}) =>
    podOf(translated(`services:\n  a:\n    image: x\n${service.replace(/^/gm, '    ')}`, wishes), 'a');

  it('starts what the image says, unless the file says otherwise', () => {
    expect(containerOf('working_dir: /srv').container).toEqual(
      expect.not.objectContaining({ command: expect.anything(), args: expect.anything() }),
    );
    expect(containerOf('command: [serve, "-x"]').container).toMatchObject({ args: ['serve', '-x'] });
    expect(containerOf('entrypoint: /bin/run "a b"').container).toMatchObject({ command: ['/bin/run', 'a b'] });
    expect(containerOf('entrypoint: []\ncommand: [serve]').container).toMatchObject({ command: ['serve'] });
  });

  it('gets texts with dollars as they are, which the kubelet would take for references', () => {
    const { container } = containerOf('environment: { A: "$$(B) $$$$ c$$" }\ncommand: ["$$(A)"]');
    expect(container['env']).toEqual([{ name: 'A', value: '$$(B) $$$$ c$$' }]);
    expect(container['args']).toEqual(['$$(A)']);
  });

  it('has no more than Docker gives it: no account, no variables of other services', () => {
    const { pod, container } = containerOf('tty: true');
    expect(pod).toMatchObject({
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 10,
    });
    expect(container).toMatchObject({ tty: true, imagePullPolicy: 'IfNotPresent' });
    expect(pod).toMatchObject({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } });
  });

  it('is limited as the file says, and requests nothing that is not reserved', () => {
    const limits = 'deploy: { resources: { limits: { cpus: "1.5", memory: 64M }, reservations: { cpus: "0.25" } } }';
    expect(containerOf(limits).container['resources']).toEqual({
      requests: { cpu: '250m', memory: '0' },
      limits: { cpu: '1500m', memory: '67108864' },
    });
    expect(containerOf('cpus: 0.5\nmem_limit: 1g', { limits: { a: { cpus: 2 } } }).container['resources']).toEqual({
      requests: { cpu: '0', memory: '0' },
      limits: { cpu: '2', memory: '1073741824' },
    });
    expect(containerOf('cpu_quota: 25000').container['resources']).toMatchObject({ limits: { cpu: '250m' } });
    expect(containerOf('cpus: "0"').container['resources']).toEqual({ requests: { cpu: '0', memory: '0' } });
  });

  it('is ready when its health check says so', () => {
    const { container } = containerOf(
      'healthcheck: { test: [CMD, /s, -check], interval: 1500ms, timeout: 3s, retries: 10 }',
    );
    expect(container['readinessProbe']).toEqual({
      exec: { command: ['/s', '-check'] },
      periodSeconds: 2,
      timeoutSeconds: 3,
      failureThreshold: 10,
    });
    expect(containerOf('healthcheck: { test: pg_isready -U $$USER }').container['readinessProbe']).toMatchObject({
      exec: { command: ['/bin/sh', '-c', 'pg_isready -U $$USER'] },
    });
    for (const none of ['healthcheck: { disable: true, test: [CMD, x] }', 'healthcheck: { test: [NONE] }'])
      expect(containerOf(none).container).not.toHaveProperty('readinessProbe');
  });

  it('runs as whom and with what the file says', () => {
    const text =
      'user: "65532:7"\nread_only: true\ncap_drop: [ALL]\ncap_add: [CAP_NET_BIND_SERVICE]\nsecurity_opt: ["no-new-privileges"]';
    expect(containerOf(text).container['securityContext']).toEqual({
      runAsUser: 65_532,
      runAsGroup: 7,
      readOnlyRootFilesystem: true,
      capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
      allowPrivilegeEscalation: false,
    });
  });

  it('finds volumes, configs and secrets where the file puts them', () => {
    const files = {
      'compose.yaml': `
services:
  a:
    image: x
    volumes: [data:/data, /cache, { type: tmpfs, target: /t, tmpfs: { size: 1m } }]
    tmpfs: ["/run:size=64k,mode=1777"]
    shm_size: 8m
    configs: [{ source: app, target: /etc/app.yaml, mode: 0440 }]
    secrets: [token]
volumes: { data: }
configs: { app: { content: "addr: :\${PORT:-80}" } }
secrets: { token: { file: ./token } }
`,
      token: 's3cret',
    };
    const found = translated(files);
    const { pod, container } = podOf(found, 'a');
    expect(container['volumeMounts']).toEqual([
      { name: 'volume-1', mountPath: '/data' },
      { name: 'volume-2', mountPath: '/cache' },
      { name: 'volume-3', mountPath: '/t' },
      { name: 'tmpfs-1', mountPath: '/run' },
      { name: 'shm', mountPath: '/dev/shm' },
      { name: 'config-1', mountPath: '/etc/app.yaml', subPath: 'content', readOnly: true },
      { name: 'secret-1', mountPath: '/run/secrets/token', subPath: 'content', readOnly: true },
    ]);
    expect(pod['volumes']).toEqual([
      { name: 'volume-1', emptyDir: {} },
      { name: 'volume-2', emptyDir: {} },
      { name: 'volume-3', emptyDir: { medium: 'Memory', sizeLimit: '1048576' } },
      { name: 'tmpfs-1', emptyDir: { medium: 'Memory', sizeLimit: '65536' } },
      { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '8388608' } },
      {
        name: 'config-1',
        configMap: { name: 'config-app', items: [{ key: 'content', path: 'content', mode: 0o440 }] },
      },
      {
        name: 'secret-1',
        secret: { secretName: 'secret-token', items: [{ key: 'content', path: 'content', mode: 0o444 }] },
      },
    ]);
    expect(found.services[0]?.before).toContainEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'config-app' },
      data: { content: 'addr: :80' },
    });
  });
});

describe('names', () => {
  const namesOf = (text: string, wishes = {}) =>
    translated(text, wishes).services.flatMap(({ before }) => before.map(({ metadata }) => metadata.name));

  it('lead to all pods of a service, on every port, ready or not', () => {
    const [api] = translated('services: { api: { image: x, expose: [8080] } }').services;
    expect(api?.before).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'api' },
        spec: {
          clusterIP: 'None',
          publishNotReadyAddresses: true,
          selector: { 'dev.rampart.service': 'api' },
          ports: [{ name: 'tcp-8080', port: 8080, targetPort: 8080, protocol: 'TCP' }],
        },
      },
    ]);
  });

  it('are all those that Compose would give: of the service, the container, aliases and links', () => {
    const text = `
services:
  api: { image: x, container_name: shop-api, networks: { n: { aliases: [API-V1] } } }
  web: { image: x, links: ["api:backend"] }
networks: { n: }
`;
    expect(namesOf(text)).toEqual(['api', 'shop-api', 'api-v1', 'backend', 'web']);
  });

  it('that DNS cannot have are put right where others call them, which is told', () => {
    const found = translated(
      'services: { order_api: { image: x }, web: { image: x, environment: { API: "http://order_api:80/" } } }',
    );
    expect(podOf(found, 'web').container['env']).toEqual([{ name: 'API', value: 'http://order-api:80/' }]);
    expect(found.warnings).toEqual(['web: its API names order_api, which is order-api here']);
  });

  it('are published beyond the cluster only where the file publishes beyond this machine', () => {
    const kinds = (ports: string) =>
      translated(`services: { a: { image: x, ports: [${ports}] } }`).services[0]?.before.map(
        ({ spec }) => (spec as { type?: string }).type,
      );
    expect(kinds('"127.0.0.1::80"')).toEqual([undefined]);
    expect(kinds('"80:80"')).toEqual([undefined, 'NodePort']);
  });

  it('do not leave two services with one name', () => {
    expect(namesOf('services: { a_b: { image: x }, a-b: { image: x }, "a.b": { image: x } }')).toEqual([
      'a-b-2',
      'a-b',
      'a-b-3',
    ]);
  });
});

describe('the order of start', () => {
  it('is that of depends_on, with what is waited for; what must complete is a Job', () => {
    const text = `
services:
  web: { image: x, depends_on: { migrate: { condition: service_completed_successfully }, db: { condition: service_healthy } } }
  migrate: { image: x, restart: on-failure, depends_on: [db] }
  db: { image: x, healthcheck: { test: [CMD, ok] } }
`;
    const { services } = translated(text);
    expect(services.map(({ name, workload, after }) => [name, workload.kind, after])).toEqual([
      ['db', 'Deployment', []],
      ['migrate', 'Job', [{ service: 'db', until: 'started' }]],
      [
        'web',
        'Deployment',
        [
          { service: 'migrate', until: 'completed' },
          { service: 'db', until: 'ready' },
        ],
      ],
    ]);
  });
});

describe('on the network of the node', () => {
  const wishes = { hostNetwork: true, scale: { api: 3 } };
  const text = `
services:
  api:
    image: x
    environment: { ADDR: "\${RAMPART_IP:-0.0.0.0}:80", ME: "\${RAMPART_ADVERTISE_IP:-}", DB: "postgres://u@db:5432/", DB_HOST: db, SELF: "http://api:80" }
    command: ["-listen", "\${RAMPART_IP}:81"]
  db: { image: x, environment: { PEER: "\${API_HOST:-api}:80" } }
`;

  it('each replica has a loopback address, by which the others and it itself know it', () => {
    const found = translated(text, wishes);
    const { pod, container } = podOf(found, 'api');
    expect(found.services.find(({ name }) => name === 'api')?.workload).toMatchObject({
      kind: 'StatefulSet',
      spec: { replicas: 3, ordinals: { start: 1 }, podManagementPolicy: 'Parallel' },
    });
    expect(pod).toMatchObject({ hostNetwork: true, affinity: { podAffinity: {} } });
    expect(container).not.toHaveProperty('ports');
    expect(container['args']).toEqual(['-listen', '$(RAMPART_IP):81']);
    expect(container['env']).toEqual([
      {
        name: 'RAMPART_INDEX',
        valueFrom: { fieldRef: { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" } },
      },
      { name: 'RAMPART_IP', value: '127.20.7.$(RAMPART_INDEX)' },
      { name: 'RAMPART_ADVERTISE_IP', value: '$(RAMPART_IP)' },
      { name: 'ADDR', value: '$(RAMPART_IP):80' },
      { name: 'ME', value: '$(RAMPART_ADVERTISE_IP)' },
      { name: 'DB', value: 'postgres://u@127.20.8.1:5432/' },
      { name: 'DB_HOST', value: '127.20.8.1' },
      { name: 'SELF', value: 'http://$(RAMPART_IP):80' },
    ]);
    expect(podOf(found, 'db').container['env']).toEqual([{ name: 'PEER', value: '127.20.7.1:80' }]);
    expect(found.services.map(({ name, addressOf }) => [name, addressOf?.(2)])).toEqual([
      ['api', '127.20.7.2'],
      ['db', '127.20.8.2'],
    ]);
  });

  it('a file or a probe that would need the address of one replica is refused', () => {
    const probe = 'services: { a: { image: x, healthcheck: { test: [CMD, x, "${RAMPART_IP}"] } } }';
    expect(refusals(probe, wishes)).toEqual([
      expect.stringContaining("services.a.healthcheck.test names the replica's own address"),
    ]);
    const config = 'services: { a: { image: x, configs: [c] } }\nconfigs: { c: { content: "${RAMPART_IP}" } }';
    expect(refusals(config, wishes)).toEqual([expect.stringContaining("name a replica's own address")]);
  });
});

describe('the example topology', () => {
  const compose = join(dirname(fileURLToPath(import.meta.url)), '../../../compose/compose.yaml');
  const source = () => readComposeSource({ compose });

  it('is translated, with and without the network of the node', () => {
    const plain = translated('', { source: source(), goDebug: ['schedtrace=1000'] });
    expect(podOf(plain, 'downstream').container['env']).toEqual(
      expect.arrayContaining([
        { name: 'RAMPART_ADVERTISE_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'ADVERTISE_HOST', value: '$(RAMPART_ADVERTISE_IP)' },
        { name: 'LISTEN_ADDR', value: '0.0.0.0:8080' },
        { name: 'LOADBALANCER_ADDR', value: 'loadbalancer:8080' },
        { name: 'GODEBUG', value: 'schedtrace=1000' },
      ]),
    );
    expect(podOf(translated('', { source: source(), hostNetwork: true }), 'downstream').container['env']).toEqual(
      expect.arrayContaining([
        { name: 'LISTEN_ADDR', value: '$(RAMPART_IP):8080' },
        { name: 'LOADBALANCER_ADDR', value: '127.20.7.1:8080' },
      ]),
    );
  });

  it('keeps what its labels say, for the run and for those who look at pods', () => {
    const [lb] = translated('', { source: source(), scale: { downstream: 2 } }).services;
    expect(lb?.hints).toMatchObject({ ready: { port: 8080, path: '/readyz?downstreams=2' } });
    expect(JSON.stringify(lb?.workload)).toContain('"rampart.pprof.port":"6060"');
  });
});
