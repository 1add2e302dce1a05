/** The order in which services start: those that others depend on first; pure. */
import { usageError } from '../../model/errors.ts';
import type { ComposeService } from '../compose-file/service.ts';

/** Services so that each comes after all it depends on, otherwise in file order; usageError names a cycle. */
export function startOrder(services: readonly ComposeService[]): ComposeService[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const ordered = new Set<ComposeService>();
  const visit = (service: ComposeService, trail: readonly string[]) => {
    if (ordered.has(service)) return;
    if (trail.includes(service.name)) {
      const cycle = [...trail.slice(trail.indexOf(service.name)), service.name].join(' -> ');
      throw usageError('dependency-cycle', `depends_on goes in a circle: ${cycle}`);
    }
    for (const dependency of service.dependsOn) {
      const needed = byName.get(dependency.service);
      if (needed) visit(needed, [...trail, service.name]);
    }
    ordered.add(service);
  };
  for (const service of services) visit(service, []);
  return [...ordered];
}
