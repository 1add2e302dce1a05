/** What the runs of an experiment leave standing in a cluster for the next of them. */

/** A namespace that runs use one after the other, of which only one is up at a time. */
export interface KeptNamespace {
  readonly name: string;
  /** What it is labelled with, in the place of a run's id. */
  readonly runId: string;
  /** Until then pods may be told where those of the run before were, in microseconds of `process.hrtime`. */
  namesUntilHrUs: number;
  /** Ends it with all that is in it; never rejects. */
  remove(): Promise<void>;
}

/** Those that stand, by their cluster; who made the map removes them at the end. */
export type KeptNamespaces = Map<string, KeptNamespace>;

/** Does the work, and removes what its runs have left standing, however that ended. */
export async function whileKept<T>(work: (kept: KeptNamespaces) => Promise<T>): Promise<T> {
  const kept: KeptNamespaces = new Map();
  try {
    return await work(kept);
  } finally {
    await Promise.all([...kept.values()].map((each) => each.remove()));
  }
}
