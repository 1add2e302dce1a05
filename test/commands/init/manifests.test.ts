/** A first scenario for Kubernetes manifests as people have them: whom the load goes to, where, why, and what is told before. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { initCommand } from '../../../src/commands/init/init.ts';
import type { RampartError } from '../../../src/model/errors.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

/** Runs `rampart init --from-manifests` on these files. */
async function init(files: Files, source = 'k8s', flags = {}) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const { context, told } = contextOf({ PATH: '' }, folder);
  await initCommand.run(argsOf({ out: 'rampart.yaml', 'from-manifests': source, ...flags }), context);
  const scenario = parse(await readFile(join(folder, 'rampart.yaml'), 'utf8'));
  const { target, topology, load, observe } = scenario;
  return {
    target: `${target.service}:${target.port}`,
    tls: target.tls,
    topology,
    path: load.request.path,
    observe,
    said: told.stdout,
  };
}

const refusal = async (files: Files, source = 'k8s', flags = {}) =>
  (await init(files, source, flags).catch((error: unknown) => error)) as RampartError;

interface Pods {
  readonly kind?: string;
  readonly ports?: string;
  readonly more?: string;
  readonly annotations?: string;
  readonly image?: string;
}

const workload = (name: string, { kind = 'Deployment', ports = '', more = '', annotations = '{}', image }: Pods = {}) =>
  `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }, annotations: ${annotations} }
    spec:
      containers:
        - { name: main, image: "${image ?? `registry.example/${name}:1`}", ports: [${ports}] ${more === '' ? '' : `, ${more}`} }
---
`;

const service = (name: string, ports: string, { type = 'ClusterIP', app = name, labels = '{}' } = {}) =>
  `apiVersion: v1
kind: Service
metadata: { name: ${name}, labels: ${labels} }
spec: { type: ${type}, selector: { app: ${app} }, ports: [${ports}] }
---
`;

const ingress = (paths: string, rest = '') =>
  `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: door }
spec: { ${rest} rules: [{ host: shop.example, http: { paths: [${paths}] } }] }
---
`;

const path = (at: string, to: string, port = '{ number: 80 }') =>
  `{ path: "${at}", pathType: Prefix, backend: { service: { name: ${to}, port: ${port} } } }`;

const http = '{ name: http, containerPort: 8080 }';

describe('the load goes to', () => {
  it.each([
    [
      'what an Ingress leads to, at the port of the pods behind its Service',
      workload('orders', { ports: http }) +
        service('orders', '{ port: 80, targetPort: http }') +
        workload('shop', { ports: '{ name: web, containerPort: 3000 }, { name: admin, containerPort: 9000 }' }) +
        service('shop-svc', '{ name: main, port: 80, targetPort: web }', { app: 'shop' }) +
        ingress(path('/', 'shop-svc', '{ name: main }')),
      'shop:3000',
    ],
    [
      'what Ingress named in the old way leads to',
      workload('api', { ports: http }) +
        service('api', '{ port: 80, targetPort: 8080 }') +
        workload('web', { ports: http }) +
        service('web', '{ port: 80, targetPort: 8080 }') +
        'apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: { name: old }\nspec: { rules: [{ http: { paths: [{ backend: { serviceName: api, servicePort: 80 } }] } }] }\n',
      'api:8080',
    ],
    [
      'what an HTTPRoute leads to',
      workload('one', { ports: http }) +
        service('one', '{ port: 80, targetPort: 8080 }') +
        workload('two', { ports: http }) +
        service('two', '{ port: 81, targetPort: 8080 }') +
        'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: r }\nspec: { rules: [{ backendRefs: [{ name: two, port: 81 }] }] }\n',
      'two:8080',
    ],
    [
      'the one whose Service is open to outside, before the ones that it calls',
      workload('cart', { ports: '{ containerPort: 7070 }' }) +
        service('cart', '{ port: 7070 }') +
        workload('frontend', {
          ports: '{ containerPort: 8080 }',
          more: 'env: [{ name: CART_ADDR, value: "cart:7070" }]',
        }) +
        service('frontend', '{ port: 80, targetPort: 8080 }') +
        service('frontend-external', '{ port: 80, targetPort: 8080 }', { type: 'LoadBalancer', app: 'frontend' }),
      'frontend:8080',
    ],
    [
      'the one that calls the others, where none is open',
      workload('prices', { ports: http }) +
        service('prices', '{ port: 8080 }') +
        workload('catalog', { ports: http, more: 'args: ["--prices=http://prices.shop.svc.cluster.local:8080/v1"]' }) +
        service('catalog', '{ port: 8080 }'),
      'catalog:8080',
    ],
    [
      'the service, not the database, broker, cache, worker or load generator beside it',
      workload('db', { kind: 'StatefulSet', image: 'postgres:17', ports: '{ containerPort: 5432 }' }) +
        service('db', '{ port: 5432 }', { type: 'NodePort' }) +
        workload('worker', { ports: http }) +
        workload('loadgenerator', { ports: http }) +
        service('loadgenerator', '{ port: 80, targetPort: 8080 }') +
        workload('ledger', { ports: '{ containerPort: 8085 }' }) +
        service('ledger', '{ port: 80, targetPort: 8085 }'),
      'ledger:8085',
    ],
    [
      'HTTP, where gRPC and metrics have ports of their own',
      workload('pod', {
        ports:
          '{ name: grpc, containerPort: 9999 }, { name: http-metrics, containerPort: 9797 }, { name: http, containerPort: 9898 }',
        annotations: '{ prometheus.io/scrape: "true", prometheus.io/port: "9797" }',
      }) + service('pod', '{ name: grpc, port: 9999, targetPort: grpc }, { name: http, port: 9898, targetPort: http }'),
      'pod:9898',
    ],
    [
      'the port of a Service whose pods declare none',
      workload('plain') + service('plain', '{ port: 80, targetPort: 9100 }'),
      'plain:9100',
    ],
    [
      'where a pod without Service and ports is told to listen',
      workload('lonely', { more: 'args: ["--listen-addr=:9200"]' }),
      'lonely:9200',
    ],
    [
      'the workload in a List, in JSON',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [parse(workload('listed', { ports: http }).replace('---\n', ''))],
      }),
      'listed:8080',
    ],
    [
      'the main container, not the proxy of a mesh beside it',
      workload('meshed', { ports: http }).replace(
        'containers:\n',
        'containers:\n        - { name: istio-proxy, image: "istio/proxyv2:1", ports: [{ name: http-envoy, containerPort: 15090 }] }\n',
      ),
      'meshed:8080',
    ],
  ])('%s', async (_, text, target) => {
    const kind = text.startsWith('{') ? 'json' : 'yaml';
    expect((await init({ [`k8s/all.${kind}`]: text })).target).toBe(target);
  });

  it('HTTPS as such, with the certificate of a pod that nobody else knows', async () => {
    const { target, tls } = await init({
      'k8s/a.yaml': workload('safe', { more: 'readinessProbe: { httpGet: { path: /, port: 8443, scheme: HTTPS } }' }),
    });
    expect([target, tls]).toEqual(['safe:8443', { insecure: true }]);
  });
});

describe('the path', () => {
  const probe = (at: string) => `readinessProbe: { httpGet: { path: ${at}, port: http } }`;
  it.each([
    [
      'is / where only a health check is known, which is told',
      http,
      probe('/healthz'),
      '',
      '/',
      'its probes ask /healthz',
    ],
    [
      'is what a probe asks, unless that is a health check',
      http,
      probe('/items'),
      '',
      '/items',
      'its readiness probe asks it',
    ],
    [
      'is where the Ingress leads',
      http,
      probe('/ready'),
      ingress(path('/api', 'api')),
      '/api',
      'Ingress door leads it there',
    ],
    [
      'is / where the Ingress leads all',
      http,
      '',
      ingress(`${path('/api', 'api')}, ${path('/', 'api')}`),
      '/',
      'nothing says',
    ],
    ['is never an expression', http, '', ingress(path('/api(/|$)(.*)', 'api')), '/', 'nothing says'],
    [
      'of a probe that runs a program is known, too',
      http,
      'livenessProbe: { exec: { command: [sh, -c, "wget -qO- http://localhost:8080/livez || exit 1"] } }',
      '',
      '/',
      'its probes ask /livez',
    ],
  ])('%s', async (_, ports, more, route, expected, said) => {
    const text = workload('api', { ports, more }) + service('api', '{ port: 80, targetPort: http }') + route;
    const found = await init({ 'k8s/api.yaml': text });
    expect(found.path).toBe(expected);
    expect(found.said).toContain(said);
  });
});

describe('where the runtime is looked at', () => {
  it.each([
    [
      'by annotation',
      '{ profefe.com/enable: "true", prometheus.io/port: "9797" }',
      http,
      '',
      'pprof on 6060',
      'metrics on 9797',
    ],
    [
      'by the names of ports',
      '{}',
      `${http}, { name: pprof, containerPort: 6061 }, { name: metrics, containerPort: 9102 }`,
      '',
      'pprof on 6061',
      'metrics on 9102',
    ],
    [
      'by a ServiceMonitor',
      '{}',
      `${http}, { name: aside, containerPort: 6060 }`,
      'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: m }\nspec: { selector: { matchLabels: { team: a } }, endpoints: [{ port: web, path: /own }] }\n',
      'pprof on 6060',
      'metrics on 8080',
    ],
  ])('%s', async (_, annotations, ports, more, pprof, metrics) => {
    const text =
      workload('api', { ports, annotations }) +
      service('api', '{ name: web, port: 80, targetPort: http }', { labels: '{ team: a }' }) +
      more;
    const { said, observe, target } = await init({ 'k8s/api.yaml': text });
    expect(said).toContain(pprof);
    expect(said).toContain(metrics);
    // A run heeds annotations; what only a name says has to be made one, which is told.
    const isHeeded = annotations !== '{}';
    expect('goroutines' in observe).toBe(isHeeded);
    expect('metrics' in observe).toBe(isHeeded);
    expect(said.includes('which these do not yet')).toBe(!isHeeded);
    expect(target).toBe('api:8080');
  });

  it('is left out of the scenario where nothing says it, and how to say it is told', async () => {
    const { said, observe } = await init({ 'k8s/api.yaml': workload('api', { ports: http }) });
    expect(observe).not.toHaveProperty('goroutines');
    expect(observe).not.toHaveProperty('metrics');
    expect(said).toContain('annotations: { rampart.pprof.port: "6060"');
  });
});

describe('what is read', () => {
  const api = workload('api', { ports: http });

  it('is the folder as kubectl takes it, without the folders in it, which are named', async () => {
    const files = { 'k8s/api.yaml': api, 'k8s/values.yaml': 'replicas: 2\n', 'k8s/extra/db.yaml': workload('db') };
    const { topology, said } = await init(files);
    expect(topology).toEqual({ engine: 'kubernetes', manifests: ['k8s'] });
    expect(said).toContain('folders in it are left out, as kubectl apply -f leaves them: k8s/extra');
    expect(said).toContain('k8s/values.yaml: no manifest, because nothing in it has a kind');
  });

  it('is one file, seen from where the scenario lies', async () => {
    await mkdir(join(folder, 'load'));
    const { context } = contextOf({ PATH: '' }, folder);
    await writeFile(join(folder, 'all.yml'), api);
    await initCommand.run(argsOf({ out: 'load/ramp.yaml', 'from-manifests': 'all.yml' }), context);
    expect(parse(await readFile(join(folder, 'load/ramp.yaml'), 'utf8')).topology.manifests).toEqual(['../all.yml']);
  });

  it('is a folder of a service each', async () => {
    const { topology } = await init({
      'k8s/api/a.yaml': api,
      'k8s/db/b.yaml': workload('db'),
      'k8s/notes/README.md': 'x',
    });
    expect(topology.manifests).toEqual(['k8s/api', 'k8s/db']);
  });

  it('are the files of a kustomization that only gathers them, and no program is needed', async () => {
    const files = {
      'k8s/base/kustomization.yaml': 'resources: [api.yaml, ../db]\n',
      'k8s/base/api.yaml': api,
      'k8s/db/kustomization.yml': 'kind: Kustomization\nresources:\n  - db.yaml\n',
      'k8s/db/db.yaml': workload('db'),
    };
    const expected = { engine: 'kubernetes', manifests: ['k8s/base/api.yaml', 'k8s/db/db.yaml'] };
    expect((await init(files, 'k8s/base')).topology).toEqual(expected);
    expect((await init({}, 'k8s/base/kustomization.yaml', { force: true })).topology).toEqual(expected);
  });

  it('tells what belongs to the whole cluster', async () => {
    const wide =
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: reader }\n---\n';
    expect((await init({ 'k8s/a.yaml': wide + api })).said).toContain(
      'of the whole cluster: make ClusterRole reader beforehand',
    );
  });
});

describe('init --from-manifests refuses', () => {
  it.each([
    ['what is not there', {}, 'nope', 'init-manifests', 'no such file or folder'],
    ['a folder without manifests', { 'k8s/readme.yaml': 'a: 1\n' }, 'k8s', 'init-manifests', 'no Kubernetes manifests'],
    ['a chart', { 'k8s/Chart.yaml': 'name: x\n' }, 'k8s', 'init-manifests', 'Helm chart'],
    [
      'a template',
      { 'k8s/a.yaml': 'kind: Deployment\nmetadata:\n  {{- include "x" . | nindent 2 }}\n' },
      'k8s',
      'init-manifests',
      'k8s/a.yaml:3 is a template',
    ],
    ['what is no YAML, with its place', { 'k8s/a.yaml': 'kind: x\nspec: {\n' }, 'k8s', 'init-manifests', 'k8s/a.yaml:'],
    [
      'several kustomizations, with their names',
      { 'k8s/base/kustomization.yaml': 'resources: []\n', 'k8s/overlays/dev/kustomization.yaml': 'resources: []\n' },
      'k8s',
      'init-manifests',
      'k8s/overlays/dev',
    ],
    [
      'a resource that is not there',
      { 'k8s/kustomization.yaml': 'resources: [gone.yaml]\n' },
      'k8s',
      'init-manifests',
      'resources names gone.yaml',
    ],
    [
      'what is no service',
      { 'k8s/a.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: once }\n' },
      'k8s',
      'init-no-port',
      'Job once',
    ],
    [
      'gRPC alone',
      { 'k8s/a.yaml': workload('g', { ports: '{ name: grpc, containerPort: 50051 }' }) },
      'k8s',
      'init-no-port',
      'Deployment g: ports 50051 (grpc)',
    ],
  ])('%s', async (_, files: Files, source, code, message) => {
    const error = await refusal(files, source);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('an address, a path or a main package beside it', async () => {
    const flags = [{ url: 'http://127.0.0.1:1/' }, { path: '.' }, { main: './cmd' }];
    for (const flag of flags)
      expect((await refusal({ 'k8s/a.yaml': workload('a') }, 'k8s', flag)).code).toBe('flag-invalid');
  });
});
