/** What is collected of which target: discoveries to targets with all their types and labels, each address once. */
import { pageUnder, shownUrl } from '../../host/page-url.ts';
import type { Found, FoundTarget, Labels } from '../discovery/discovery.ts';
import { hostPortOf } from '../discovery/pprof-address.ts';
import { type CollectedType, collectedTypes, overlaid, type TypeWish } from '../discovery/type-wishes.ts';
import type { CollectSettings } from './config-schema.ts';
import type { DiscoveryChoice } from './discovery-schema.ts';
import { isInShard } from './hash.ts';
import { leftOutBy } from './matcher.ts';

/** A type of a target. */
export interface PlannedType {
  readonly type: CollectedType;
  /** The page to ask for, without the seconds. */
  readonly url: string;
  readonly seconds: number;
  readonly intervalMs: number;
}

/** A target with everything that is collected of it. */
export interface PlannedTarget {
  readonly id: string;
  readonly url: string;
  readonly service: string;
  readonly labels: Labels;
  readonly how: string;
  readonly discovery: string;
  /** What is one process shares one of these. */
  readonly processKeys: readonly string[];
  /** Whether another process listens at its address, and forwards to it. */
  readonly isForwarded?: boolean;
  /** In the order in which they are taken: the CPU profile before what is collected would be in it. */
  readonly types: readonly PlannedType[];
}

/** What one discovery has found, and how it was chosen. */
export interface FoundBy {
  readonly name: string;
  readonly choice: Pick<DiscoveryChoice, 'service' | 'labels' | 'wishes'>;
  readonly found: Found;
}

/** The targets of a discovery, and what became of the others. */
export interface DiscoveryPlan {
  readonly targets: readonly PlannedTarget[];
  readonly leftOut: number;
  readonly notes: readonly string[];
}

type Settings = Pick<CollectSettings, 'rhythm' | 'wishes' | 'labels' | 'filter' | 'shard'>;

/** One plan for each discovery; an address that several have belongs to the first. */
export function planTargets(all: readonly FoundBy[], settings: Settings): readonly DiscoveryPlan[] {
  const taken = new Map<string, string>();
  const ids = new Set<string>();
  return all.map(({ name, choice, found }) => {
    const notes = [...found.notes];
    const targets = found.targets.flatMap((target) => {
      const { shard, filter } = settings;
      if (leftOutBy(filter, filteredLabels(target, choice, settings)) !== undefined) return [];
      const owner = taken.get(keyOf(target.url));
      if (owner !== undefined) notes.push(`${target.id}: ${shownUrl(target.url)} is collected already, as ${owner}`);
      if (owner !== undefined) return [];
      taken.set(keyOf(target.url), target.id);
      // What two collectors find under several names is one's by the first of them.
      if (shard && !isInShard(target.id, shard)) return [];
      // What two discoveries call the same is two targets where it has two addresses.
      const id = ids.has(target.id) ? shownUrl(target.url) : target.id;
      ids.add(id);
      return [plannedTarget({ ...target, id }, name, choice, settings, notes)];
    });
    return { targets, leftOut: found.targets.length - targets.length, notes };
  });
}

/** What an address and its other name on this machine have in common. */
function keyOf(url: string): string {
  return url.replace('//localhost', '//127.0.0.1');
}

function ownService(target: FoundTarget, choice: FoundBy['choice']): string {
  return target.service === hostPortOf(target.url) ? (choice.service ?? target.service) : target.service;
}

function filteredLabels(target: FoundTarget, choice: FoundBy['choice'], settings: Settings): Labels {
  const { protocol, pathname } = new URL(target.url);
  const own = { __address__: hostPortOf(target.url), __scheme__: protocol.slice(0, -1), __profile_path__: pathname };
  return { ...own, ...target.meta, ...labelsOf(target, choice, settings), service: ownService(target, choice) };
}

/** What a target says itself goes before what is said of all of a discovery, and that before what is said of all. */
function labelsOf(target: FoundTarget, choice: FoundBy['choice'], settings: Settings): Labels {
  return { ...settings.labels, ...choice.labels, ...target.labels };
}

const usualSeconds: Readonly<Partial<Record<CollectedType, number>>> = { cpu: 10, fgprof: 10, trace: 1 };
const pages: Readonly<Partial<Record<CollectedType, string>>> = { cpu: 'profile', fgprof: '/debug/fgprof' };

function plannedTarget(
  target: FoundTarget,
  discovery: string,
  choice: FoundBy['choice'],
  settings: Settings,
  notes: string[],
): PlannedTarget {
  const { id, url, how, intervalMs = settings.rhythm.intervalMs } = target;
  const wishes = overlaid(settings.wishes, choice.wishes, target.wishes);
  const isDouble = Boolean(wishes.heap && wishes.allocs);
  if (isDouble) notes.push(`${id}: allocs is left out: it has the same numbers as heap`);
  const types = collectedTypes.flatMap((type): PlannedType[] => {
    const wish = wishes[type];
    if (!wish || (type === 'allocs' && isDouble)) return [];
    const seconds = wish.seconds ?? usualSeconds[type] ?? 0;
    return [{ type, url: pageOf(target, type, wish), seconds, intervalMs: wish.intervalMs ?? intervalMs }];
  });
  const process = target.process === undefined ? [] : [target.process];
  return {
    id,
    url,
    service: ownService(target, choice),
    labels: labelsOf(target, choice, settings),
    how,
    discovery,
    processKeys: target.forwardedAt === undefined ? [...process, new URL(keyOf(url)).host] : process,
    isForwarded: target.forwardedAt !== undefined,
    types,
  };
}

function pageOf(
  { url, forwardedAt }: FoundTarget,
  type: CollectedType,
  { path = pages[type] ?? type }: TypeWish,
): string {
  if (!path.startsWith('/')) return pageUnder(url, path);
  if (forwardedAt !== undefined) return `${forwardedAt}${path}`;
  const root = new URL(url);
  root.pathname = path;
  return root.href;
}
