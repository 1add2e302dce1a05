/** Targets that are named one by one. */
import type { Discovery, FoundTarget, Labels } from './discovery.ts';
import { hostPortOf, idOfAddress } from './pprof-address.ts';
import type { TypeWishes } from './type-wishes.ts';

/** One of them; its address was read by `readAddress`. */
export interface NamedTarget {
  readonly url: string;
  /** Undefined takes the address. */
  readonly service?: string | undefined;
  readonly labels: Labels;
  readonly wishes: TypeWishes;
}

/** They never change. */
export function staticDiscovery(name: string, named: readonly NamedTarget[]): Discovery {
  const targets = named.map((each) => addressTarget(each, 'its address was given', {}));
  return {
    name,
    open: async (tell) => {
      tell({ targets, notes: [] });
      return { close: () => undefined };
    },
  };
}

/** A target of which only its address is known. */
export function addressTarget({ url, service, labels, wishes }: NamedTarget, how: string, meta: Labels): FoundTarget {
  const instance = idOfAddress(url);
  return { id: instance, url, service: service ?? hostPortOf(url), labels: { instance, ...labels }, meta, how, wishes };
}
