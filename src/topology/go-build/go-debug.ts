/** The GODEBUG of a service: what it already has, and what the samplers need. */

/** Adds `key=value` entries to a GODEBUG text; an entry that is added replaces one of the same key. */
function mergeGoDebug(present: string | undefined, added: readonly string[]): string {
  const keyOf = (entry: string) => entry.split('=')[0];
  const replaced = new Set(added.map(keyOf));
  const kept = (present ?? '').split(',').filter((entry) => entry !== '' && !replaced.has(keyOf(entry)));
  return [...kept, ...added].join(',');
}

/** The environment with those entries in its GODEBUG; unchanged when there are none. */
export function withGoDebug(
  environment: Readonly<Record<string, string>>,
  added: readonly string[],
): Record<string, string> {
  if (added.length === 0) return { ...environment };
  const { GODEBUG } = environment;
  return { ...environment, GODEBUG: mergeGoDebug(GODEBUG, added) };
}
