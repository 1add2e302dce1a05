/** What a generator may dial: its owner says, for whoever knows the token says where the load goes. */
import type { Lookup } from '../../host/addresses.ts';
import { allowedByName, dialRule, namesAddresses } from '../../host/allowed-hosts.ts';
import { environmentError } from '../../model/errors.ts';
import type { LoadPlan } from '../../model/load.ts';
import type { AllowedHost } from '../../model/scenario.ts';

/** The addresses and ranges beyond loopback that a plan's connections may be opened to; rejects when its target is not among them. */
export type Consent = (plan: Pick<LoadPlan, 'host' | 'addresses'>) => Promise<readonly string[]>;

/** Consent of an owner to these hosts; what a name stands for is asked here, where the load is sent from. */
export function consentTo(allow: readonly AllowedHost[], lookup: Lookup, name: string): Consent {
  return async ({ host, addresses = [] }) => {
    const named = allowedByName(host, allow) ? await lookup(host).catch(() => []) : [];
    const consented = [...allow.filter(namesAddresses).map((entry) => entry.host), ...named];
    const mayDial = dialRule(consented);
    const refused = (addresses.length > 0 ? addresses.map((each) => each.host) : [host]).find((each) => !mayDial(each));
    if (refused === undefined) return consented;
    throw environmentError(
      'generator-host',
      `generator ${name} may not send load to ${refused}: its owner has not allowed it`,
      `Start it with rampart generator --allow-host ${refused}; a name, *.NAME, or a range of addresses will do as well.`,
    );
  };
}
