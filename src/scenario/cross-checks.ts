/** What is fine in each block of a scenario and wrong between two of them, above all a key that would do nothing beside another. */
import { isLoopback } from '../host/loopback.ts';
import { hostMistake } from '../host/user-url.ts';
import { isClosedLoop, type Scenario } from '../model/scenario.ts';
import { isExternal, isManifested, type TopologySpec } from '../model/topology-spec.ts';
import type { CrossMistake } from './cross-mistake.ts';
import { faultMistakes } from './fault-checks.ts';
import type { KnownKinds } from './known-kinds.ts';
import { kubernetes, notComposed, onlyComposed } from './kube-schema.ts';
import { sloMistakes } from './slo-checks.ts';

/** Whether the user gave a key, here or with a flag; defaults are not given. */
type IsGiven = (path: CrossMistake['path']) => boolean;

/** Every such mistake. */
export function crossMistakes(scenario: Scenario, isGiven: IsGiven, known: KnownKinds): CrossMistake[] {
  return [
    ...misplacedSettings(scenario, known),
    ...targetMistakes(scenario),
    ...consentMistakes(scenario),
    ...podMistakes(scenario, isGiven),
    ...closedMistakes(scenario, isGiven),
    ...recordedMistakes(scenario),
    ...samplerMistakes(scenario, known),
    ...sloMistakes(scenario),
    ...faultMistakes(scenario, known),
  ];
}

/** Settings of variants that the engine does not heed. */
function misplacedSettings({ topology, variants = {} }: Scenario, { topologyEngines }: KnownKinds): CrossMistake[] {
  const { refuses = {}, attaches } = topologyEngines.find(({ kind }) => kind === topology.engine) ?? {};
  if (attaches) return [];
  const composed = isManifested(topology) ? onlyComposed.map((key) => [key, notComposed(key)] as const) : [];
  return Object.entries(variants).flatMap(([name, variant]) =>
    [...Object.entries(refuses), ...composed]
      .filter(([key]) => Reflect.get(variant, key) !== undefined)
      .map(([key, message]) => ({ path: ['variants', name, key], message })),
  );
}

function targetMistakes({ target, topology, load }: Scenario): CrossMistake[] {
  const mistakes: CrossMistake[] = [];
  if (isClosedLoop(load) && target.tls && !target.tls.insecure) {
    // autocannon 9 never verifies (rejectUnauthorized: false in lib/httpClient.js).
    const message = 'cannot be verified with load.mode: closed; say tls: { insecure: true }, or use mode: open';
    mistakes.push({ path: ['target'], message });
  }
  if (isClosedLoop(load) && 'service' in target && target.spread === true) {
    // autocannon 9 has one address for all of its connections.
    const message =
      'is for the open loop: with mode: closed all connections go to one address; remove it, or use mode: open';
    mistakes.push({ path: ['target', 'spread'], message });
  }
  if (load.generators && 'socket' in target) {
    const message =
      'is a Unix socket, which generators elsewhere cannot reach: give the target an address, or remove load.generators';
    mistakes.push({ path: ['target'], message });
  }
  if ('service' in target && typeof target.port === 'string' && topology.engine !== kubernetes) {
    const message = `must be a number, got ${JSON.stringify(target.port)}: only manifests of Kubernetes give ports names (example: 8080)`;
    mistakes.push({ path: ['target', 'port'], message });
  }
  if ('service' in target && isExternal(topology) && (topology.project ?? topology.namespace) === undefined) {
    const message =
      'needs services with published ports, and topology.targets have none: give url (example: http://127.0.0.1:9100/)';
    mistakes.push({ path: ['target', 'service'], message });
  }
  return mistakes;
}

/** The addresses that are looked at beside the load, each with its key. */
export function urlsBeside(topology: TopologySpec): { readonly path: (string | number)[]; readonly url: string }[] {
  if (!isExternal(topology)) return [];
  return topology.targets.flatMap(({ pprof, metrics }, index) =>
    Object.entries({ pprof, metrics }).flatMap(([key, url]) =>
      url === undefined ? [] : [{ path: ['topology', 'targets', index, key], url }],
    ),
  );
}

/** What is said of pods that send the load, and does not go with the topology, or without them. */
function podMistakes({ load, topology }: Scenario, isGiven: IsGiven): CrossMistake[] {
  const { generators } = load;
  if (generators?.kind !== 'pods') {
    const path = ['validity', 'mayShareNode'];
    return isGiven(path) ? [{ path, message: 'goes with load.generators.pods: nothing else runs on nodes' }] : [];
  }
  const priority =
    load.priority === 'high'
      ? [
          {
            path: ['load', 'priority'],
            message:
              'must be normal with load.generators.pods, which have no such right: whole cores in load.generators.resources are their own',
          },
        ]
      : [];
  if (generators.node !== 'separate' || isOnCluster(topology)) return priority;
  const message =
    'must be any where the topology is in no cluster, because nobody knows on which node it runs (of a cluster that runs already: engine external with topology.namespace)';
  return [...priority, { path: ['load', 'generators', 'node'], message }];
}

function isOnCluster(topology: Scenario['topology']): boolean {
  return topology.engine === 'kubernetes' || 'namespace' in topology;
}

/** Hosts that are looked at without consent, and consent where everything is of this machine. */
function consentMistakes({ target, topology }: Scenario): CrossMistake[] {
  const { allow = [] } = target;
  const urls = urlsBeside(topology);
  const found = urls.flatMap(({ path, url }) => {
    const message = hostMistake(url, allow, 'beside');
    return message === undefined ? [] : [{ path, message }];
  });
  if (allow.length === 0 || 'url' in target || urls.some(({ url }) => !isLoopback(new URL(url).hostname))) return found;
  const message = 'goes with a url: ports of services and Unix sockets are of this machine, and free';
  return [...found, { path: ['target', 'allow'], message }];
}

/** Keys that would do nothing in a closed loop. */
function closedMistakes({ load }: Scenario, isGiven: IsGiven): CrossMistake[] {
  if (!isClosedLoop(load)) return [];
  const limits = ['minSentShare', 'maxLagP99', 'maxLoopShare', 'maxOwnShare'].map((key) => ['validity', key]);
  return limits.filter(isGiven).map((path) => ({
    path,
    message: 'is for the open loop: with mode: closed there is no schedule to be late for; remove it',
  }));
}

/** What a fault does is read against the time before it at the same rate, and recorded arrivals have none that stays. */
function recordedMistakes({ load, faults = [] }: Scenario): CrossMistake[] {
  if (typeof load.arrivals !== 'object' || faults.length === 0) return [];
  const message = 'must be left out beside faults: what a fault does shows at a rate that stays (example: uniform)';
  return [{ path: ['load', 'arrivals'], message }];
}

function samplerMistakes({ load, observe }: Scenario, { samplers }: KnownKinds): CrossMistake[] {
  const names = load.steps.map(({ name }) => name);
  return samplers.flatMap(({ kind, mistake }) => {
    const message = kind in observe ? mistake?.(observe[kind], names) : undefined;
    return message === undefined ? [] : [{ path: ['observe', kind], message }];
  });
}
