/** What a scenario may name: the registered engines, and the samplers that a test brings. */
import { loadEngines, topologyEngines } from '../../src/registry.ts';
import type { KnownKinds } from '../../src/scenario/known-kinds.ts';

export function knownWith(samplers: KnownKinds['samplers'] = []): KnownKinds {
  return { samplers, loadEngines, topologyEngines };
}
