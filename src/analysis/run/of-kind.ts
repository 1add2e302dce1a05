/** Samples of one kind out of all of a run. */
import type { Sample } from '../../model/sample.ts';

/** In their order. */
export function ofKind<Kind extends Sample>(samples: readonly Sample[], kind: Kind['kind']): Kind[] {
  return samples.filter((sample): sample is Kind => sample.kind === kind);
}
