/** What the labels of a container say about collecting its profiles: `rampart.profile.*`, else those of profefe. */
import { messageOf } from '../../model/errors.ts';
import { parseDurationMs } from '../../model/units.ts';
import { type Endpoint, labelMistakes, readHints } from '../../topology/compose-file/service-labels.ts';
import type { PodState } from '../../topology/pods/pod-state.ts';
import type { Labels } from './discovery.ts';
import { labelName } from './label-map.ts';
import { collectedTypes, readWish, type TypeWish, type TypeWishes } from './type-wishes.ts';

/** Everything they say, and what of it cannot be read. */
export interface ProfileLabels {
  /** `auto` asks the container whether it shows pprof. */
  readonly enable: boolean | 'auto';
  /** Where it was promised to be. */
  readonly at: Endpoint | undefined;
  readonly path: string | undefined;
  readonly scheme: 'http' | 'https';
  readonly service: string | undefined;
  readonly intervalMs: number | undefined;
  readonly wishes: TypeWishes;
  /** `rampart.label.<k>` by k. */
  readonly labels: Labels;
  readonly mistakes: readonly string[];
}

const prefix = 'rampart.profile.';
const labelPrefix = 'rampart.label.';

/** Reads them; what cannot be read is a mistake, and counts as not said. */
export function readProfileLabels(service: string, given: Labels): ProfileLabels {
  const mistakes = labelMistakes(service, given);
  const say = (label: string, wanted: string) =>
    mistakes.push(`label ${label} must be ${wanted}, got ${JSON.stringify(given[label])}`);
  const scheme = given[`${prefix}scheme`] ?? 'http';
  if (!['http', 'https'].includes(scheme)) say(`${prefix}scheme`, 'http or https');
  const interval = given[`${prefix}interval`];
  const intervalMs = interval === undefined ? undefined : parseDurationMs(interval);
  if (interval !== undefined && !(intervalMs !== undefined && intervalMs >= 1000))
    say(`${prefix}interval`, 'a duration of at least 1s (example: 5m)');
  return {
    enable: readEnable(given, say),
    at: readAt(service, given, mistakes),
    path: given[`${prefix}path`] ?? given['profefe.com/path'],
    scheme: scheme === 'https' ? 'https' : 'http',
    service: given[`${prefix}service`] || given['profefe.com/service'] || undefined,
    intervalMs: intervalMs !== undefined && intervalMs >= 1000 ? intervalMs : undefined,
    wishes: readWishes(given, say),
    labels: readLabels(given, mistakes),
    mistakes,
  };
}

/** The same of a pod: what its annotations say, and its labels where those say nothing. */
export function readPodLabels({ workload, labels, annotations }: PodState): ProfileLabels {
  return readProfileLabels(workload, { ...labels, ...annotations });
}

type Say = (label: string, wanted: string) => void;

function readEnable(given: Labels, say: Say): boolean | 'auto' {
  const own = given[`${prefix}enable`];
  if (own === undefined || own === 'auto') return own === undefined ? readAlias(given) : 'auto';
  if (own !== 'true' && own !== 'false') say(`${prefix}enable`, 'auto, true or false');
  return own === 'true' ? true : own === 'false' ? false : 'auto';
}

/** What kube-profefe takes for yes is the text `true` alone. */
function readAlias(given: Labels): boolean | 'auto' {
  const alias = given['profefe.com/enable'];
  return alias === undefined ? 'auto' : alias === 'true';
}

function readAt(service: string, given: Labels, mistakes: string[]): Endpoint | undefined {
  try {
    return readHints(service, given, {}).pprof;
  } catch (error) {
    mistakes.push(messageOf(error));
    return undefined;
  }
}

function readWishes(given: Labels, say: Say): TypeWishes {
  const wishes = collectedTypes.flatMap((type): [string, TypeWish | false][] => {
    const text = given[prefix + type];
    const wish = text === undefined ? undefined : readWish(text);
    if (text !== undefined && wish === undefined) say(prefix + type, 'on, off or how long (example: seconds=10)');
    return wish === undefined ? [] : [[type, wish]];
  });
  return Object.fromEntries(wishes);
}

function readLabels(given: Labels, mistakes: string[]): Labels {
  const found = Object.entries(given).flatMap(([label, value]): [string, string][] => {
    if (!label.startsWith(labelPrefix)) return [];
    const name = label.slice(labelPrefix.length);
    if (labelName.test(name) && value !== '') return [[name, value]];
    mistakes.push(`label ${label} must be ${labelPrefix}NAME with a text (example: ${labelPrefix}team: "payments")`);
    return [];
  });
  return Object.fromEntries(found);
}
