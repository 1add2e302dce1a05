/** What is fine in each block of a scenario and wrong between two of them, above all a key that would do nothing beside another. */
import { isClosedLoop, isExternal, type Scenario } from '../model/scenario.ts';
import type { KnownKinds } from './known-kinds.ts';
import { targetPathOf } from './schema.ts';

/** A mistake and the path of the key that it is at. */
export interface CrossMistake {
  readonly path: (string | number)[];
  readonly message: string;
}

/** Whether the user gave a key, here or with a flag; defaults are not given. */
type IsGiven = (path: CrossMistake['path']) => boolean;

/** Every such mistake. */
export function crossMistakes(scenario: Scenario, isGiven: IsGiven, known: KnownKinds): CrossMistake[] {
  return [
    ...misplacedSettings(scenario, known),
    ...targetMistakes(scenario),
    ...pathMistakes(scenario, isGiven),
    ...closedMistakes(scenario, isGiven),
    ...samplerMistakes(scenario, known),
    ...sloMistakes(scenario),
  ];
}

/** Settings of variants that the engine does not heed. */
function misplacedSettings({ topology, variants = {} }: Scenario, { topologyEngines }: KnownKinds): CrossMistake[] {
  const { refuses = {}, attaches } = topologyEngines.find(({ kind }) => kind === topology.engine) ?? {};
  if (attaches) return [];
  return Object.entries(variants).flatMap(([name, variant]) =>
    Object.entries(refuses)
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
  if ('service' in target && isExternal(topology) && topology.project === undefined) {
    const message =
      'needs services with published ports, and topology.targets have none: give url (example: http://127.0.0.1:9100/)';
    mistakes.push({ path: ['target', 'service'], message });
  }
  return mistakes;
}

/** Of two paths, that of the URL and that of a request, none wins over the other. */
function pathMistakes({ target, load }: Scenario, isGiven: IsGiven): CrossMistake[] {
  const path = targetPathOf(target);
  if (path === '/') return [];
  const places = isGiven(['load', 'request'])
    ? [['load', 'request', 'path']]
    : load.requests.map((_, index) => ['load', 'requests', index, 'path']);
  return places.filter(isGiven).map((place) => ({
    path: place,
    message: `must not be given beside the path of target.url, ${path}: give the whole path here, and only the address there`,
  }));
}

/** Keys that would do nothing in a closed loop. */
function closedMistakes({ load, slo }: Scenario, isGiven: IsGiven): CrossMistake[] {
  if (!isClosedLoop(load)) return [];
  const limits = ['minSentShare', 'maxLagP99', 'maxLoopShare', 'maxOwnShare'].map((key) => ['validity', key]);
  return [
    ...limits.filter(isGiven).map((path) => ({
      path,
      message: 'is for the open loop: with mode: closed there is no schedule to be late for; remove it',
    })),
    ...slo.flatMap(({ metric }, index) =>
      metric === 'dropped'
        ? [
            {
              path: ['slo', index],
              message: 'would always hold: with mode: closed nothing waits, so nothing is dropped',
            },
          ]
        : [],
    ),
  ];
}

function samplerMistakes({ load, observe }: Scenario, { samplers }: KnownKinds): CrossMistake[] {
  const names = load.steps.map(({ name }) => name);
  return samplers.flatMap(({ kind, mistake }) => {
    const message = kind in observe ? mistake?.(observe[kind], names) : undefined;
    return message === undefined ? [] : [{ path: ['observe', kind], message }];
  });
}

function sloMistakes({ load, slo }: Scenario): CrossMistake[] {
  const names = load.steps.map(({ name }) => name);
  return slo.flatMap(({ step }, index) => {
    if (step === undefined) return [];
    const path = ['slo', index, 'step'];
    const known = load.steps.find(({ name }) => name === step);
    if (!known)
      return [{ path, message: `must name a step, got ${JSON.stringify(step)} (steps: ${names.join(', ')})` }];
    return known.measure ? [] : [{ path, message: `names a step that is not measured: ${JSON.stringify(step)}` }];
  });
}
