// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are among the values
/** Every key of a scenario does something: two of its values make two different runs, or a test named here shows what it does. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { known } from '../../src/registry.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { scenarioSchema } from '../../src/scenario/schema.ts';
import { effectsOf } from '../helpers/run-effects.ts';

const folder = mkdtempSync(join(tmpdir(), 'rampart-keys-'));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
afterAll(() => rmSync(folder, { recursive: true }));

type Values = Readonly<Record<string, unknown>>;
/** What is set besides the key, whole blocks at a time. */
interface Around {
  readonly topology?: Values;
  readonly target?: Values;
  readonly load?: Values;
  readonly observe?: Values;
  readonly rest?: Values;
}

type Shown =
  /** Two values of the key, and what else is set. */
  | { readonly values: readonly [unknown, unknown]; readonly around?: Around }
  /** A test file and the title of a test in it. */
  | { readonly by: readonly [file: string, title: string] };

const between = (a: unknown, b: unknown, around?: Around): Shown => ({ values: [a, b], ...(around && { around }) });
const by = (name: string, title: string): Shown => ({ by: [name, title] });

const csv = file('a.csv', 'id\n1\n2\n3\n4\n');
const otherCsv = file('b.csv', 'id\n7\n8\n');
const json = file('a.json', '[{"id":1}]');
const otherJson = file('b.json', '[{"id":2}]');
const early = file('a.txt', '0\n0.1\n0.7 a\n0.75 a\n');
const late = file('b.txt', '0\n0.5\n');
const recorded: Around = { load: { arrivals: { file: early }, requests: [{ name: 'a' }], steps: [{ for: '1s' }] } };
const oneBody = file('a.bin', 'a');
const otherBody = file('b.bin', 'b');
const fed = (feeder: Values): Around => ({ load: { feeders: { f: feeder }, request: { path: '/${f.id}' } } });
const step = (shape: Values): Around => ({ load: { steps: [{ for: '1s', ...shape }] } });
const two = { load: { requests: [{ name: 'a' }, { name: 'b', path: '/b' }] } };
const compose = { topology: { compose: 'c.yaml' }, target: { service: 'api', port: 80 } };
const varied = { ...compose, rest: { variants: { v: {} } } };
const profiles = { observe: { profiles: {} } };
const secured = { target: { url: 'https://127.0.0.1:1/', tls: {} } };

const external = (title: string): Shown => by('test/topology/external/pods.contract.test.ts', title);

/** The keys of a request, the same alone and in a list. */
const request = (path: string, around: Around): Readonly<Record<string, Shown>> => ({
  [`${path}.method`]: between('PUT', 'POST', around),
  [`${path}.path`]: between('/x', '/y', around),
  [`${path}.headers.*`]: between('1', '2', around),
  [`${path}.body`]: between('a', 'b', around),
  [`${path}.bodyFile`]: between(oneBody, otherBody, around),
  [`${path}.basicAuth.user`]: between('a', 'b', withAuth(path)),
  [`${path}.basicAuth.password`]: between('a', 'b', withAuth(path)),
  [`${path}.expect.status`]: between(200, 404, around),
  [`${path}.expect.status[]`]: between(200, 404, around),
  [`${path}.expect.bodyContains`]: between('a', 'b', around),
  [`${path}.compression`]: by('test/scenario/flow-schema.test.ts', 'says that a compressed answer may come'),
  [`${path}.redirects`]: between(0, 1, around),
  ...(path.includes('flows') ? {} : { [`${path}.cookies`]: between(false, true, redirecting(path)) }),
});
const redirecting = (path: string): Around =>
  path === 'load.request'
    ? { load: { request: { redirects: 1 } } }
    : { load: { requests: [{ name: 'a', redirects: 1 }] } };
const withAuth = (path: string): Around => {
  const basicAuth = { user: 'u', password: 'p' };
  if (path.includes('flows')) return { load: { flows: [{ name: 'f', requests: [{ name: 'a', basicAuth }] }] } };
  return path === 'load.request'
    ? { load: { request: { basicAuth } } }
    : { load: { requests: [{ name: 'a', basicAuth }] } };
};

const secretsTest = 'test/scenario/found-secrets.test.ts';
const first = { name: 'a', extract: { api: { json: '$.a' } } };
const second = { name: 'b', path: '${api}', think: { from: '1s', to: '3s' } };
const flowing: Around = { load: { flows: [{ name: 'f', requests: [first, second] }] } };
const taking = (extract: Values): Around => ({
  load: { flows: [{ name: 'f', requests: [{ name: 'a', extract: { api: extract } }, second] }] },
});
const twoFlows: Around = {
  load: {
    flows: [
      { name: 'f', requests: [first] },
      { name: 'g', requests: [{ name: 'a', path: '/g' }] },
    ],
  },
};

/** The keys of a flow and of its requests; what a request extracts is the path of the one after it. */
const flows: Readonly<Record<string, Shown>> = {
  ...request('load.flows[].requests[]', { load: { flows: [{ name: 'f', requests: [{ name: 'a' }] }] } }),
  'load.flows[].name': between('a', 'b', flowing),
  'load.flows[].weight': between(1, 9, twoFlows),
  'load.flows[].cookies': between(false, true, flowing),
  'load.flows[].redirects': between(0, 1, flowing),
  'load.flows[].requests[].name': between('x', 'y', flowing),
  'load.flows[].requests[].extract.*.json': between('$.a', '$.b', taking({ json: '$.a' })),
  'load.flows[].requests[].extract.*.header': between('X-A', 'X-B', taking({ header: 'X-A' })),
  'load.flows[].requests[].extract.*.regex': between('/1', '/2', taking({ regex: '/1' })),
  'load.flows[].requests[].think': by('test/scenario/flow-schema.test.ts', 'reads a flow with all that it has'),
  'load.flows[].requests[].think.from': by('test/scenario/flow-schema.test.ts', 'reads a flow with all that it has'),
  'load.flows[].requests[].think.to': by('test/scenario/flow-schema.test.ts', 'reads a flow with all that it has'),
};

const generatorsTest = 'test/scenario/generators-schema.test.ts';
const podsTitle = 'are pods, with what the scenario says of them and what is usual besides';
const apartTitle = 'keep apart from every pod of the topology';
const tolerationKeys = ['key', 'operator', 'value', 'effect', 'tolerationSeconds'].map((key) => `tolerations[].${key}`);
const faultTest = 'test/scenario/faults.test.ts';
const eachFault = by(faultTest, 'reads each kind of fault');
const eachCondition = by(faultTest, 'reads conditions of each kind, and who has a role');

const byKube = by(
  'test/scenario/kube-schema.test.ts',
  'reads what objects are made of, with paths from its own folder',
);

const shown: Readonly<Record<string, Shown>> = {
  ...faultKeys(),
  'secrets[]': by(
    secretsTest,
    'are what `secrets` names, also where only services have it, and never what `readable` names',
  ),
  'readable[]': by(
    secretsTest,
    'are what `secrets` names, also where only services have it, and never what `readable` names',
  ),
  ...conditionKeys('conditions'),
  ...conditionKeys('roles'),
  name: between('a', 'b'),
  description: between('a', 'b'),
  'tags.*': between('a', 'b'),
  seed: between(1, 2, { load: { arrivals: 'poisson' } }),
  ...request('load.request', {}),
  ...request('load.requests[]', { load: { requests: [{ name: 'a' }] } }),
  ...flows,
  'load.requests[].name': between('x', 'y', two),
  'load.requests[].weight': between(1, 50, two),
  'load.mode': between('closed', 'open', { load: { steps: [{ for: '1s' }] } }),
  'load.http': by(
    'test/load/http2/load.contract.test.ts',
    'sends method, path, header fields and body as the request says',
  ),
  'load.arrivals': between('uniform', 'poisson'),
  'load.arrivals.file': between(early, late, recorded),
  'load.arrivals.speed': between(1, 2, recorded),
  'load.arrivals.from': between('0s', '100ms', recorded),
  'load.maxConnections': between(5, 6),
  'load.maxQueue': between(5, 6),
  'load.workers': between(1, 3),
  'load.generators.join': by(generatorsTest, 'are so many that call, or those that are called'),
  'load.generators.listen': by(generatorsTest, 'are so many that call, or those that are called'),
  'load.generators.addresses[]': by(generatorsTest, 'are so many that call, or those that are called'),
  'load.generators.within': by(generatorsTest, 'are so many that call, or those that are called'),
  'load.generators.pods': by(generatorsTest, podsTitle),
  'load.generators.node': by('test/load/pods/objects.test.ts', apartTitle),
  'load.generators.image': by(generatorsTest, podsTitle),
  'load.generators.namespace': by(generatorsTest, podsTitle),
  'load.generators.context': by(generatorsTest, podsTitle),
  'load.generators.resources.cpu': by('test/load/pods/objects.test.ts', 'ask for as much as they may use'),
  'load.generators.resources.memory': by('test/load/pods/objects.test.ts', 'ask for as much as they may use'),
  'load.generators.hostNetwork': by(
    'test/load/pods/objects.test.ts',
    'share no port where they share the network of a node',
  ),
  ...Object.fromEntries(
    ['nodeSelector.*', ...tolerationKeys, 'pullSecrets[]'].map((key) => [
      `load.generators.${key}`,
      by('test/load/pods/objects.test.ts', 'go where selector and tolerations say'),
    ]),
  ),
  'load.priority': between('normal', 'high'),
  'load.resend': by(
    'test/load/open/load.contract.test.ts',
    'fails %s that came after its server had closed the connection',
  ),
  'load.timeout': by('test/load/open/load.contract.test.ts', 'ends silence as timed out, at the time it took'),
  'load.idle': by('test/session/run-session.test.ts', 'lets the topology idle for as long as the scenario says'),
  'load.feeders.*.csv': between(csv, otherCsv, fed({})),
  'load.feeders.*.json': between(json, otherJson, fed({})),
  'load.feeders.*.order': between('sequential', 'random', fed({ csv })),
  'load.steps[].name': between('a', 'b', step({ rate: '5/s' })),
  'load.steps[].for': between('1s', '2s', step({ rate: '5/s' })),
  'load.steps[].measure': between(true, false, {
    load: {
      steps: [
        { rate: '5/s', for: '1s' },
        { name: 'b', rate: '5/s', for: '1s' },
      ],
    },
  }),
  'load.steps[].rate': between('5/s', '6/s', step({})),
  'load.steps[].from': between('5/s', '6/s', step({ to: '9/s' })),
  'load.steps[].to': between('5/s', '6/s', step({ from: '1/s' })),
  'load.steps[].stairs': between(2, 3, step({ from: '1/s', to: '9/s' })),
  'load.steps[].peak': between('8/s', '9/s', step({ rate: '5/s', peakFor: '500ms' })),
  'load.steps[].peakFor': between('300ms', '500ms', step({ rate: '5/s', peak: '9/s' })),
  'load.steps[].amplitude': between('3/s', '5/s', step({ rate: '50/s', period: '1s' })),
  'load.steps[].period': between('300ms', '1s', step({ rate: '50/s', amplitude: '40/s' })),
  'load.steps[].connections': between(3, 4, { load: { mode: 'closed', steps: [{ for: '1s' }] } }),
  'target.url': between('http://127.0.0.1:1/a', 'http://127.0.0.1:1/b'),
  'target.service': between('api', 'web', { ...compose, target: { port: 80 } }),
  'target.port': between(80, 81, { ...compose, target: { service: 'api' } }),
  'target.spread': by(
    'test/session/load-address.contract.test.ts',
    'names all replicas that are there where it is spread, else the first, wherever that is now',
  ),
  'target.socket': between('/a.sock', '/b.sock', { target: {} }),
  'target.allow[]': by('test/scenario/target-schema.test.ts', 'the target may be %s'),
  'target.allow[].host': by('test/scenario/target-schema.test.ts', 'the target may be %s'),
  'target.allow[].reason': by(
    'test/session/load-address.contract.test.ts',
    'says where load goes, and by which consent',
  ),
  'target.tls.ca': by('test/load/transport/dialer.contract.test.ts', 'speaks HTTPS to a certificate that is in order'),
  'target.tls.cert': by('test/load/transport/dialer.contract.test.ts', 'shows its own certificate'),
  'target.tls.key': by('test/load/transport/dialer.contract.test.ts', 'shows its own certificate'),
  'target.tls.serverName': between('a.example', 'b.example', secured),
  'target.tls.insecure': between(true, false, secured),
  'observe.schedtrace': between('1s', '2s'),
  'observe.gctrace': between(true, false),
  'observe.goroutines': between('5s', '6s'),
  'observe.metrics': between('1s', '2s'),
  'observe.containers': between('1s', '2s'),
  'observe.trace': between(true, false),
  'observe.trace.slowest': between(20, 3, { observe: { trace: {} } }),
  'observe.trace.window': between('1s', '500ms', { observe: { trace: {} } }),
  'observe.trace.every': between('5s', '10s', { observe: { trace: {} } }),
  'observe.profiles': between(true, false),
  'observe.profiles.cpu': between('5s', '6s', profiles),
  'observe.profiles.heap': between(true, false, profiles),
  'observe.profiles.gc': between(true, false, profiles),
  'observe.profiles.mutex': between(true, false, profiles),
  'observe.profiles.block': between(true, false, profiles),
  'observe.profiles.goroutineleak': between(true, false, profiles),
  'observe.profiles.dump': between(true, false, profiles),
  'observe.profiles.trace': by(
    'test/samplers/profile-sampler.contract.test.ts',
    'a trace of the knee is taken in its step',
  ),
  'observe.profiles.trace.for': between('500ms', '700ms', { observe: { profiles: { trace: {} } } }),
  'observe.profiles.trace.step': by('test/samplers/profile-plan.test.ts', 'the trace lies at the end of its step'),
  'observe.profiles.trace.knee': by('test/samplers/knee-watch.test.ts', 'so many times that of the one before'),
  'validity.minSentShare': between(0.5, 1),
  'validity.maxLagP99': between('1us', '5ms'),
  'validity.maxLoopShare': between(0.001, 0.95),
  'validity.maxOwnShare': by(
    'test/analysis/run/own-error.test.ts',
    'makes a run invalid where it is more than the scenario allows and more than five milliseconds',
  ),
  'validity.mayShareNode': by(
    'test/analysis/run/generator-reasons.test.ts',
    'is invalid where a generator shared a node with the topology',
  ),
  slo: between(['p99 < 1us'], ['p99 < 1h']),
  'slo[].rule': between('p99 < 1us', 'p99 < 1h', { rest: { slo: [{}] } }),
  'slo[].step': between('low', 'high', {
    load: {
      steps: [
        { name: 'low', rate: '1/s', for: '1s' },
        { name: 'high', rate: '1/s', for: '1s' },
      ],
    },
    rest: { slo: [{ rule: 'p99 < 1h' }] },
  }),
  'slo[].steps[]': between('low', 'high', {
    load: {
      steps: [
        { name: 'low', rate: '1/s', for: '1s' },
        { name: 'high', rate: '1/s', for: '1s' },
      ],
    },
    rest: { slo: [{ rule: 'p99 < 1h' }] },
  }),
  'slo[].over': between('steps', 'run', { rest: { slo: [{ rule: 'p99 < 1h' }] } }),
  'slo[].request': by('test/analysis/run/slo.test.ts', 'is about one of several requests'),
  'slo[].*': by('test/scenario/slo.test.ts', 'stands behind the name of its request'),
  'slo[].abort': by('test/analysis/run/live-rules.test.ts', 'ends a run whose errors are beyond their bound'),
  'slo[].after': by('test/analysis/run/live-rules.test.ts', 'waits as long as it is told to'),
  'prices.core': between(1, 2, { rest: { prices: { GiB: 1 } } }),
  'prices.GiB': between(1, 2, { rest: { prices: { core: 1 } } }),
  'prices.unit': between('USD', 'EUR', { rest: { prices: { core: 1 } } }),
  'topology.engine': by(
    'test/topology/choose-engine.contract.test.ts',
    'is local processes where no engine answers, and says so',
  ),
  'topology.compose': by('test/runs/read-scenario.test.ts', 'of a default name bring the override file beside them'),
  'topology.compose[]': by('test/runs/read-scenario.test.ts', 'of a default name bring the override file beside them'),
  ...serviceKeys(),
  'topology.profiles[]': by(
    'test/runs/read-scenario.test.ts',
    'show a service behind a profile only when that is asked for',
  ),
  'topology.overlays[]': by('test/runs/read-scenario.test.ts', 'of a default name bring the override file beside them'),
  'topology.manifests': byKube,
  'topology.manifests[]': byKube,
  'topology.kustomize': byKube,
  'topology.helm.chart': byKube,
  'topology.helm.values[]': byKube,
  'topology.helm.set.*': by(
    'test/topology/kubernetes/read-manifests.contract.test.ts',
    'gives helm the files and values of a chart, each value as it is written',
  ),
  'topology.helm.release': byKube,
  'topology.context': by('test/host/kube/config.contract.test.ts', 'says that there is %s'),
  'topology.kubeconfig': by(
    'test/host/kube/config.contract.test.ts',
    'takes a file that is named in the place of KUBECONFIG',
  ),
  'topology.hostNetwork': by(
    'test/topology/kubernetes/change-objects.test.ts',
    'is on the network of its node without declaring ports, which probes and Services then name by number',
  ),
  'topology.imageLoad[]': by(
    'test/e2e/slow/kube-compose.test.ts',
    'is measured, says which images run, and leaves nothing',
  ),
  'topology.imagePush': by(
    'test/host/image.contract.test.ts',
    'uploads what is not there, and gives the reference by digest',
  ),
  'topology.ready': by(
    'test/topology/liveness/ready.contract.test.ts',
    'names only those that are missing, with their last answer and lines',
  ),
  'topology.ready.within': eachCondition,
  'topology.ready.when[]': eachCondition,
  'topology.project': by(
    'test/e2e/topology-compose.test.ts',
    'a project that already runs can be attached to, and goes on running',
  ),
  'topology.namespace': external(
    'finds what is chosen, and where load and samplers reach it; what it leaves is as it was',
  ),
  'topology.selector': external(
    'finds what is chosen, and where load and samplers reach it; what it leaves is as it was',
  ),
  'topology.targets[].name': by(
    'test/topology/external-engine.contract.test.ts',
    'shows named targets with their addresses',
  ),
  'topology.targets[].pprof': by(
    'test/topology/external-engine.contract.test.ts',
    'shows named targets with their addresses',
  ),
  'topology.targets[].metrics': by(
    'test/topology/external-engine.contract.test.ts',
    'shows named targets with their addresses',
  ),
  'topology.targets[].logs': by(
    'test/topology/external-engine.contract.test.ts',
    'follows a log from its end, as stderr',
  ),
  'topology.targets[].pid': by(
    'test/topology/external-engine.contract.test.ts',
    'reports the end of a process it was told to watch',
  ),
  'topology.scale.*': between(2, 3, { ...compose }),
  'topology.env.*.*': between('1', '2', compose),
  'topology.images.*': between('a', 'b', compose),
  'topology.limits.*.cpus': between(1, 2, compose),
  'topology.limits.*.memory': between('64MiB', '65MiB', compose),
  'topology.buildArgs.*.*': by('test/topology/compose/build-args.test.ts', 'puts arguments over those of the file'),
  ...goKeys('topology.go'),
  'variants.*.scale.*': between(2, 3, varied),
  'variants.*.env.*.*': between('1', '2', varied),
  'variants.*.images.*': between('a', 'b', varied),
  'variants.*.limits.*.cpus': between(1, 2, varied),
  'variants.*.limits.*.memory': between('64MiB', '65MiB', varied),
  'variants.*.buildArgs.*.*': by('test/topology/compose/build-args.test.ts', 'puts arguments over those of the file'),
  ...goKeys('variants.*.go'),
  'variants.*.overlays[]': by('test/scenario/load-scenario.test.ts', 'bring overlays whose paths can be made absolute'),
  'variants.*.faults': by('test/scenario/variant-faults.test.ts', 'runs none of them with off'),
  'variants.*.faults[]': by('test/scenario/variant-faults.test.ts', 'runs none of them with off'),
  'variants.*.git': by('test/experiments/git-trees.contract.test.ts', 'the state of the working tree has new files'),
};

/** Of services without a compose file. */
function serviceKeys(): Readonly<Record<string, Shown>> {
  const test = 'test/topology/compose-file/go-services.test.ts';
  const plain = by(test, 'has its package, arguments, ports and variables, and nothing to warn of');
  const shows = by(test, 'says where it shows its runtime, with a path of its own or the usual one');
  const keys = (names: readonly string[], how: Shown) => names.map((name) => [`topology.services.*.${name}`, how]);
  return Object.fromEntries([
    ...keys(['go', 'folder', 'args[]', 'env.*', 'ports[]'], plain),
    ...keys(['pprof', 'metrics', 'ready', 'address'], shows),
  ]);
}

/** Of everything that can be done, to whom, and how much of it. */
function faultKeys(): Readonly<Record<string, Shown>> {
  const parts: Readonly<Record<string, readonly string[]>> = {
    'cpu.': ['cores', 'burners'],
    'memory.': ['limit'],
    'network.': ['from', 'port', 'latency', 'jitter', 'loss', 'bandwidth', 'cut'],
    'slow.': ['port', 'by', 'share'],
    'error.': ['port', 'status', 'share'],
    'http.': ['port', 'method', 'path', 'headers.*', 'body'],
    'http.undo.': ['method', 'path', 'headers.*', 'body'],
    '': ['scale.*', 'run[]', 'undo[]'],
  };
  const whom = ['kill', 'pause', 'restart', 'cpu.of', 'memory.of', 'network.to', 'partition[]', 'partition[][]'];
  const targets = [...whom, 'slow.of', 'error.of', 'http.of'].flatMap((key) =>
    ['', '.service', '.replica', '.pick', '.role'].map((part) => `${key}${part}`),
  );
  const keys = [...Object.entries(parts).flatMap(([kind, own]) => own.map((key) => `${kind}${key}`)), ...targets];
  const named = by(faultTest, 'leaves faults in the order of the file');
  return {
    ...Object.fromEntries(keys.map((key) => [`faults[].${key}`, eachFault])),
    ...Object.fromEntries(['name', 'at', 'for', 'until'].map((key) => [`faults[].${key}`, named])),
  };
}

/** The same for what is waited for and for who has a role. */
function conditionKeys(at: string): Readonly<Record<string, Shown>> {
  const asked = ['service', 'replicas', 'http', 'agree', 'metric', 'log', 'port', 'status', 'json', 'members'];
  return Object.fromEntries([...asked, 'equals', 'atLeast', 'atMost'].map((key) => [`${at}.*.${key}`, eachCondition]));
}

/** For all services, and by service. */
function goKeys(at: string): Readonly<Record<string, Shown>> {
  const test = 'test/e2e/slow/go-build.test.ts';
  const under = (path: string) => ({
    [`${path}.toolchain`]: by(test, 'is built by another toolchain'),
    [`${path}.experiment`]: by(test, 'of an experiment that this toolchain does not know'),
    [`${path}.pgo`]: by(test, 'is built with a profile of its own'),
    [`${path}.flags[]`]: by(test, 'is built by another toolchain'),
  });
  return { ...under(at), ...under(`${at}.services.*`) };
}

/** The part of a JSON Schema that says which keys there are. */
interface Keys {
  readonly properties?: Readonly<Record<string, Keys>>;
  readonly additionalProperties?: Keys | boolean;
  readonly items?: Keys;
  readonly anyOf?: readonly Keys[];
  readonly type?: string;
}

/** Every key that takes a value which is no map, by its path. */
function leavesOf(keys: Keys, path = ''): string[] {
  const { properties = {}, additionalProperties: other, items, anyOf = [] } = keys;
  const own = [
    ...Object.entries(properties).flatMap(([name, inner]) => leavesOf(inner, path === '' ? name : `${path}.${name}`)),
    ...(typeof other === 'object' ? leavesOf(other, `${path}.*`) : []),
    ...(items ? leavesOf(items, `${path}[]`) : []),
    ...anyOf.flatMap((inner) => leavesOf(inner, path)),
  ];
  const isContainer = Object.keys(properties).length > 0 || typeof other === 'object' || items || anyOf.length > 0;
  return isContainer ? own : [path];
}

const schema = z.toJSONSchema(scenarioSchema(known), { io: 'input' }) as Keys;
const leaves = [...new Set(leavesOf(schema))].filter((path) => path !== 'slo[]');

it('has an entry for every key of the schema, and none for others', () => {
  expect(leaves.length).toBeGreaterThan(90);
  expect(leaves.filter((path) => !(path in shown))).toEqual([]);
  expect(Object.keys(shown).filter((path) => path !== 'slo' && !leaves.includes(path))).toEqual([]);
});

/** The names that stand for `*` in turn, and the first entry of a list. */
function pathOf(key: string): (string | number)[] {
  const names = key.startsWith('variants')
    ? ['v', 'api', 'X']
    : key.includes('feeders')
      ? ['f']
      : key.includes('headers')
        ? ['X-A']
        : ['api', 'X'];
  return key.split('.').flatMap((part): (string | number)[] => {
    if (part === '*') return [names.shift() ?? ''];
    return part.endsWith('[]') ? [part.slice(0, -2), 0] : [part];
  });
}

async function effects(key: string, value: unknown, { topology, target, load, observe, rest }: Around) {
  const text = stringify({
    name: 'ramp',
    topology: topology ?? { engine: 'external' },
    target: target ?? { url: 'http://127.0.0.1:1/' },
    load: { steps: [{ name: 'low', rate: '50/s', for: '1s' }], ...load },
    observe: observe ?? {},
    ...rest,
  });
  const path = pathOf(key);
  const { scenario } = loadScenario({ file: 'ramp.yaml', text, overrides: [{ flag: key, path, value }], known });
  return await effectsOf(scenario);
}

describe('two values make two runs:', () => {
  const pairs = Object.entries(shown).flatMap(([key, each]) => ('values' in each ? [[key, each] as const] : []));

  it.each(pairs)('%s', async (key, { values: [one, other], around = {} }) => {
    // What only a mode refuses is not compared: its refusal is an effect of its own.
    const made = await Promise.all(
      [one, other].map((value) => effects(key, value, around).catch((error: Error) => error.message)),
    );
    expect(made.filter((each) => typeof each !== 'string').length).toBeGreaterThan(0);
    if (key !== 'load.mode') expect(made.filter((each) => typeof each === 'string')).toEqual([]);
    expect(made[0]).not.toEqual(made[1]);
    expect(await effects(key, one, around).catch((error: Error) => error.message)).toEqual(made[0]);
  });
});

describe('a test shows what it does:', () => {
  const named = Object.entries(shown).flatMap(([key, each]) => ('by' in each ? [[key, ...each.by] as const] : []));

  it.each(named)('%s', (_, name, title) => {
    expect(readFileSync(join(import.meta.dirname, '..', '..', name), 'utf8')).toContain(title);
  });
});
