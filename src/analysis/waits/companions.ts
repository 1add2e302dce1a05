/** Goroutines that wait for another goroutine of the same service: what that one waits for is what the request waits for. */
import { dialling, type StackKind } from './stack-kind.ts';

/** A place with as many goroutines more than usual. */
type Counted = StackKind & { readonly service: string; readonly mean: number; readonly excess: number };

const answerOfAnother = /^(?:chan receive|select|sync\.Cond\.Wait)$/;
const told = new Set(['network', 'pool', 'lock', 'sleep', 'syscall', 'gc']);
/** So many of those that wait must have one that they can wait for. */
const half = 0.5;

/** The same places, those that wait for one another told by what is at the end. */
export function withoutCompanions<Place extends Counted>(places: readonly Place[]): Place[] {
  return places.map((place) => {
    const own = places.filter(({ service }) => service === place.service);
    if (isForDial(place, own)) return { ...place, kind: 'network', what: dialling };
    return isForAnother(place, own) ? { ...place, kind: 'join' } : place;
  });
}

/** A request that waits for a connection while as many are opened waits for the network, not for a limit. */
function isForDial({ kind, what, mean }: Counted, own: readonly Counted[]): boolean {
  if (kind !== 'pool' || what !== 'http.Transport') return false;
  const opened = own.filter((place) => place.kind === 'idle' && place.what === dialling);
  return sum(opened, (place) => place.mean) >= half * mean;
}

function isForAnother({ kind, what, excess, request }: Counted, own: readonly Counted[]): boolean {
  if (!request || kind !== 'queue' || !answerOfAnother.test(what)) return false;
  const started = own.filter((place) => !place.request && told.has(place.kind));
  return excess > 0 && sum(started, (place) => place.excess) >= half * excess;
}

function sum(places: readonly Counted[], pick: (place: Counted) => number): number {
  return places.reduce((total, place) => total + pick(place), 0);
}
