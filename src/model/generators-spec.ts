/** How a scenario says which other machines, or processes, send its load. */

import type { GeneratorPodsSpec } from './generator-pods.ts';

/** How the generators of a load are found: so many call at an address, each is called, or they are pods that are made. */
export type GeneratorsSpec =
  | { readonly kind: 'join'; readonly count: number; readonly listen: string; readonly withinMs: number }
  | { readonly kind: 'addresses'; readonly addresses: readonly string[]; readonly withinMs: number }
  | (GeneratorPodsSpec & { readonly kind: 'pods' });

/** How many generators a load has. */
export function generatorCount(spec: GeneratorsSpec): number {
  if (spec.kind === 'pods') return spec.pods;
  return spec.kind === 'join' ? spec.count : spec.addresses.length;
}
