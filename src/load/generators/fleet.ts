/** The generators of a run: found, greeted, and kept until its results are out. */

import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { statusOf } from '../../host/kube/failures.ts';
import { isGone, sealed } from '../../host/sealed-stream.ts';
import { dialUpgrade, listenForUpgrades } from '../../host/upgrade.ts';
import type { LoadEngine } from '../../model/contracts.ts';
import { environmentError, messageOf, RampartError } from '../../model/errors.ts';
import type { GeneratorPlacement } from '../../model/generators.ts';
import { coresOf, type FleetParts, messagesOfFleet } from './fleet-load.ts';
import { generatorPurpose, generatorUpgrade } from './protocol.ts';
import { type Coordinator, greetGenerator, type RemoteGenerator } from './remote-generator.ts';
import { partsOf } from './share-out.ts';

/** One generator that is called: what messages call its place, and how a stream to it is opened (after HTTP Upgrade, not sealed). */
export interface GeneratorPlace {
  readonly name: string;
  open(): Promise<Duplex>;
  /** Where it is, known once it was opened. */
  placement?(): GeneratorPlacement | undefined;
  /** Sees to it that `placement` tells of now, too. Never rejects. */
  lookAgain?(): Promise<void>;
  /** What became of one that hung up, where somebody can be asked. Never rejects. */
  whyLost?(): Promise<string | undefined>;
}

/** Where generators are: they are called, or so many call. */
export type GeneratorSource =
  | { readonly kind: 'addresses'; readonly places: readonly GeneratorPlace[] }
  | { readonly kind: 'join'; readonly host: string; readonly port: number; readonly count: number };

/** What a fleet is opened with. */
export interface FleetContext extends Coordinator {
  readonly token: string;
  /** How long all may take to be there. */
  readonly withinMs: number;
  readonly network: string;
  readonly signal: AbortSignal;
  info(message: string): void;
  warn(message: string): void;
}

/** Generators that are there; they must be let go. */
export interface Fleet {
  readonly generators: readonly RemoteGenerator[];
  /** Sends open loads with them. */
  readonly engine: LoadEngine;
  release(): Promise<void>;
}

/** Every engine of a fleet, whichever is there in the end. */
const fleetEngine = { kind: 'open', pacing: 'open', resolutionUs: 1, leadMs: 2500 } as const;

/** The engine of a fleet that is there by the time that it is given a plan. */
export function lateFleetEngine(found: () => Pick<Fleet, 'engine'> | undefined): LoadEngine {
  return {
    ...fleetEngine,
    workersOf: (plan) => found()?.engine.workersOf?.(plan) ?? 1,
    run: (plan, context) => {
      const fleet = found();
      if (!fleet) throw new Error('a load was begun before its generators were there');
      return fleet.engine.run(plan, context);
    },
  };
}

const sealMs = 10_000;
const betweenTriesMs = 300;
/** A generator that has just been let go by another run needs a moment. */
const busyMs = 5000;

/** Finds all generators; rejects with an environment error when one is missing in time, or cannot be worked with, and lets the others go. */
export async function openFleet(source: GeneratorSource, context: FleetContext): Promise<Fleet> {
  const generators = source.kind === 'join' ? await joined(source, context) : await called(source.places, context);
  nameApart(generators);
  const parts = { generators, network: context.network };
  return {
    generators,
    engine: createFleetEngine(parts),
    release: async () => {
      await Promise.all(generators.map((generator) => generator.release()));
    },
  };
}

/** Two that were started on one machine without a name are called alike, and series and verdicts tell generators by their names. */
function nameApart(generators: readonly RemoteGenerator[]): void {
  const taken = new Set(generators.map(({ name }) => name));
  const seen = new Set<string>();
  for (const generator of generators) {
    const { name } = generator;
    if (seen.has(name)) {
      let number = 2;
      while (taken.has(`${name}-${number}`)) number += 1;
      generator.rename(`${name}-${number}`);
    }
    taken.add(generator.name);
    seen.add(generator.name);
  }
}

function createFleetEngine(parts: FleetParts): LoadEngine {
  let lots = 0;
  const cores = () => parts.generators.map(coresOf);
  return {
    ...fleetEngine,
    workersOf: (plan) => partsOf(plan, cores()).flat().length,
    run: (plan, context) => messagesOfFleet(parts, lots++, plan, context),
  };
}

/** A place of a generator by its address, for `rampart generator --listen`. */
export function placeAt(host: string, port: number): GeneratorPlace {
  const name = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { name, open: () => dialUpgrade({ host, port, ...generatorUpgrade }, sealMs) };
}

async function called(places: readonly GeneratorPlace[], context: FleetContext): Promise<RemoteGenerator[]> {
  const tried = await Promise.allSettled(places.map((place) => callUntil(place, context)));
  const found = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = tried.find((each) => each.status === 'rejected');
  if (!failed) return found;
  await Promise.all(found.map((generator) => generator.release()));
  throw failed.reason;
}

/** Calls again and again while nobody is there yet; what is there and cannot be worked with is not asked twice. */
async function callUntil(place: GeneratorPlace, context: FleetContext): Promise<RemoteGenerator> {
  const sinceUs = context.hrUs();
  for (;;) {
    context.signal.throwIfAborted();
    try {
      return await call(place, context);
    } catch (error) {
      const passedMs = (context.hrUs() - sinceUs) / 1000;
      if (!mayComeYet(error, passedMs, context.withinMs)) throw error;
    }
    await delay(betweenTriesMs, undefined, { signal: context.signal }).catch(() => {});
  }
}

function mayComeYet(error: unknown, passedMs: number, withinMs: number): boolean {
  if (!(error instanceof RampartError)) return false;
  if (error.code === 'generator-busy') return passedMs < Math.min(busyMs, withinMs);
  // What answers otherwise is something else, and stays it; who may not ask a cluster now may not in a second.
  const isElse = /answered with status 4/.test(error.message);
  const isRefused = [401, 403].includes(statusOf(error.cause) ?? 0);
  const mayCome = error.code === 'generators-missing' || error.code === 'generator-unreachable';
  return mayCome && passedMs < withinMs && !isElse && !isRefused;
}

async function call(place: GeneratorPlace, context: FleetContext): Promise<RemoteGenerator> {
  const stream = await place.open().catch((error: unknown) => {
    throw notThere(place.name, error);
  });
  const inside = await sealed(stream, {
    token: context.token,
    purpose: generatorPurpose,
    isDialler: true,
    ms: sealMs,
  }).catch((error: unknown) => {
    // A generator that is being started anew hangs up, too.
    throw isGone(error) ? notThere(place.name, error) : otherToken(place.name, error);
  });
  const generator = await greetGenerator(inside, place.name, context);
  generator.place = place;
  return generator;
}

function notThere(name: string, error: unknown): RampartError {
  if (messageOf(error).includes('status 426'))
    return environmentError(
      'generator-version',
      `${name}: the generator speaks another version of the protocol than this rampart`,
      'Both must be of one version: install the same on both machines.',
      error,
    );
  // Who knows the only way there has said what is wrong with it.
  if (error instanceof RampartError && error.code === 'generator-unreachable') return error;
  return environmentError(
    'generators-missing',
    `${name}: there is no generator: ${messageOf(error)}`,
    'Start one there: RAMPART_TOKEN=… rampart generator --listen HOST:PORT',
    error,
  );
}

/** Also what a generator says that was called by a coordinator of another token. */
export function otherToken(name: string, error: unknown): RampartError {
  return environmentError(
    'generator-token',
    `${name}: the two do not have the same token (${messageOf(error).trim()})`,
    'Give both the same: RAMPART_TOKEN, or a file that only you can read by --token-file FILE.',
    error,
  );
}

/** Listens until so many have called. */
async function joined(
  { host, port, count }: Extract<GeneratorSource, { kind: 'join' }>,
  context: FleetContext,
): Promise<readonly RemoteGenerator[]> {
  let found: readonly RemoteGenerator[] = [];
  let isOver = false;
  const { signal, withinMs } = context;
  let settle = () => {};
  const all = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const take = async (stream: Duplex) => {
    const inside = await sealed(stream, {
      token: context.token,
      purpose: generatorPurpose,
      isDialler: false,
      ms: sealMs,
    });
    const generator = await greetGenerator(inside, 'a generator that called', context);
    if (isOver || found.length >= count) {
      await generator.release();
      return;
    }
    // One that was started anew calls anew, and its first call is no other generator.
    found = [...found.filter(({ lost }) => lost === undefined), generator];
    context.info(`generator ${generator.name} is there (${found.length} of ${count})`);
    if (found.length === count) settle();
  };
  const place = { host, port, flag: 'load.generators.listen', mostConnections: 2 * count + 50 };
  const server = await listenForUpgrades(place, generatorUpgrade, (stream) => {
    take(stream).catch((error: unknown) =>
      context.warn(`who called as a generator was turned away: ${messageOf(error).trim()}`),
    );
  });
  context.info(
    `waiting for ${count} generators at ${server.url.replace('http://', '')}: rampart generator --join HOST:PORT`,
  );
  const timer = setTimeout(settle, withinMs);
  signal.addEventListener('abort', settle);
  if (signal.aborted) settle();
  await all;
  isOver = true;
  clearTimeout(timer);
  signal.removeEventListener('abort', settle);
  await server.close();
  if (found.length === count && !signal.aborted) return found;
  await Promise.all(found.map((generator) => generator.release()));
  signal.throwIfAborted();
  throw environmentError(
    'generators-missing',
    `${found.length} of ${count} generators called at ${host}:${port} within ${withinMs / 1000} s`,
    'Start the others: RAMPART_TOKEN=… rampart generator --join HOST:PORT, or lower load.generators.join.',
  );
}
