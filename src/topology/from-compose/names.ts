/** Names of compose files as names of Kubernetes objects; pure. */

/** Whether it can be the name of a Service (RFC 1035, 2.3.1), and so be looked up by DNS. */
export function isServiceName(name: string): boolean {
  return /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
}

/** The closest name that a workload or a Service may have; DNS does not tell upper case from lower case. */
export function objectName(name: string): string {
  const clean = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const begun = /^[a-z]/.test(clean) ? clean : `s-${clean}`;
  return begun.slice(0, 52).replace(/-+$/, '');
}

/** Names for all, each its own: what two would share gets a number. */
export function objectNames(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(names.filter(isServiceName));
  return new Map(
    names.map((name) => {
      if (isServiceName(name)) return [name, name];
      const wanted = objectName(name);
      let free = wanted;
      for (let number = 2; taken.has(free); number += 1) free = `${wanted}-${number}`;
      taken.add(free);
      return [name, free];
    }),
  );
}

/** Whether it can be the key of an annotation: a name, before it perhaps a domain. */
export function isAnnotationKey(key: string): boolean {
  const [name = '', prefix, ...more] = key.split('/').toReversed();
  const isName = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/.test(name);
  const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
  return isName && more.length === 0 && (prefix === undefined || new RegExp(`^${label}(?:\\.${label})*$`).test(prefix));
}
