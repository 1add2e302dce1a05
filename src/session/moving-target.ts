/** Follows replicas that come, go or come back elsewhere while load runs, and names that come to stand for something else, and tells the load engine. */
import type { Lookup } from '../host/addresses.ts';
import { dialRule } from '../host/allowed-hosts.ts';
import type { LoadContext } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';
import type { DialAddress } from '../model/load.ts';

/** A fault takes milliseconds at least; to look costs next to nothing. */
const lookMs = 50;

/** As often as names with the shortest usual time to live change; the system's resolver answers most of these from what it remembers. */
const askMs = 1000;

/** What tells of moves while load runs; it must be stopped. */
export interface Followed {
  readonly onMoved: NonNullable<LoadContext['onMoved']>;
  stop(): void;
}

type Listener = (addresses: readonly DialAddress[]) => void;

/** Looks again and again; `moved` is called with each change. */
export function followTarget(look: () => readonly DialAddress[], moved: Listener): Followed {
  const { listeners, onMoved } = createListeners();
  const textOf = (addresses: readonly DialAddress[]) => JSON.stringify(addresses);
  let last = look();
  const timer = setInterval(() => {
    const now = look();
    // While none is there, the last ones go on to be dialled: users do not know better.
    if (now.length === 0 || textOf(now) === textOf(last)) return;
    last = now;
    moved(now);
    for (const listener of listeners) listener(now);
  }, lookMs);
  return { onMoved, stop: () => clearInterval(timer) };
}

/** A name, what it stood for when the load began, and the addresses and ranges that connections may be opened to. */
export interface KnownName extends DialAddress {
  readonly all: readonly string[];
  readonly allowed: readonly string[];
}

/** What is told of a name while load runs. */
export interface NameEvents {
  /** It stands for something else. */
  moved(message: string): void;
  /** It stands for an address that nobody has allowed; told once of each. */
  refused(message: string): void;
}

/**
 * Asks once a second what a name stands for. What it comes to stand for is dialled from then on as far as it is allowed; where none of it
 * is, dials are refused, for the name is no longer that of the old addresses. A name that is not answered stands for what it stood for.
 */
export function followName({ host, port, all, allowed }: KnownName, lookup: Lookup, events: NameEvents): Followed {
  const { listeners, onMoved } = createListeners();
  const mayDial = dialRule(allowed);
  const setOf = (addresses: readonly string[]) => [...new Set(addresses)].sort().join(', ');
  const told = new Set<string>();
  let last = setOf(all);
  let isAsking = false;
  let isStopped = false;
  const answered = (addresses: readonly string[]) => {
    const now = setOf(addresses);
    if (isStopped || addresses.length === 0 || now === last) return;
    last = now;
    events.moved(`${host} now stands for ${now}`);
    for (const address of addresses.filter((each) => !mayDial(each) && !told.has(each))) {
      told.add(address);
      events.refused(
        `while load ran, ${host} came to stand for ${address}, which is not allowed: no connection was opened there (if it is meant: --allow-host ${address})`,
      );
    }
    for (const listener of listeners) listener(addresses.map((address) => ({ host: address, port })));
  };
  const failed = (error: unknown) => {
    const message = `${host} is not answered (${messageOf(error)}): it is taken to stand for ${last} still`;
    if (!isStopped && !told.has('failed')) events.moved(message);
    told.add('failed');
  };
  const timer = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    void lookup(host)
      .then(answered, failed)
      .finally(() => {
        isAsking = false;
      });
  }, askMs);
  return {
    onMoved,
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}

function createListeners(): { readonly listeners: ReadonlySet<Listener>; readonly onMoved: Followed['onMoved'] } {
  const listeners = new Set<Listener>();
  return {
    listeners,
    onMoved: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
