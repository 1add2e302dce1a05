/**
 * A project handed to Compose in steps, each of which creates the next replica of every service: Compose publishes a port of all replicas in
 * one way, and this way each replica has its own. Pure.
 */
import { openPortCount, withHostPorts } from './host-ports.ts';
import type { ResolvedProject } from './project.ts';

type Counts = Readonly<Record<string, number>>;

/** One call of Compose that creates containers which are not there yet. */
export interface ReplicaStep {
  readonly project: ResolvedProject;
  /** Those that get a container; undefined for the whole project. */
  readonly services?: readonly string[];
}

/** Which containers to make. */
export interface ReplicaPlan {
  /** Before anything is started; the last is the project as it is started. */
  readonly atStart: readonly ReplicaStep[];
  /** When all else is up: replicas that wait to be started. */
  readonly later: readonly ReplicaStep[];
}

/** Who gets how many replicas: some at the start, and as many as `most` in all; `names` are the services whose ports are to stay. */
export interface ReplicaWishes {
  readonly names: readonly string[];
  readonly atStart: Counts;
  readonly most: Counts;
}

/** How many ports `replicaPlan` will ask for. */
export function plannedPortCount(project: ResolvedProject, { names, most }: ReplicaWishes): number {
  return names.reduce((sum, name) => sum + openPortCount(project, name) * (most[name] ?? 1), 0);
}

/** `nextPort` gives free ports of this machine. */
export function replicaPlan(
  project: ResolvedProject,
  { names, atStart, most }: ReplicaWishes,
  nextPort: () => number,
): ReplicaPlan {
  const startOf = (name: string) => atStart[name] ?? 1;
  const mostOf = (name: string) => most[name] ?? startOf(name);
  const published = names.filter((name) => (project.services[name]?.ports ?? []).length > 0);
  const growing = names.filter((name) => mostOf(name) > startOf(name));
  /** A service that has all its containers keeps their number, or Compose would remove some. */
  const step = (next: readonly string[], countOf: (name: string) => number) => {
    const fixed = next.reduce((one, name) => withHostPorts(one, name, countOf(name), nextPort), project);
    return withReplicas(fixed, countOf);
  };
  const steps = Math.max(1, ...published.map(startOf));
  const laterSteps = Math.max(0, ...growing.map((name) => mostOf(name) - startOf(name)));
  return {
    atStart: numbersTo(steps).map((number) => {
      const countOf = (name: string) => (published.includes(name) ? Math.min(number, startOf(name)) : startOf(name));
      const next = published.filter((name) => startOf(name) >= number);
      return { project: step(next, countOf) };
    }),
    later: numbersTo(laterSteps).map((extra) => {
      const countOf = (name: string) => Math.min(mostOf(name), startOf(name) + extra);
      const services = growing.filter((name) => startOf(name) + extra <= mostOf(name));
      return { project: step(services, (name) => (growing.includes(name) ? countOf(name) : startOf(name))), services };
    }),
  };
}

function withReplicas(project: ResolvedProject, countOf: (name: string) => number): ResolvedProject {
  const services = Object.entries(project.services).map(([name, service]) => {
    return [name, { ...service, deploy: { ...service.deploy, replicas: countOf(name) } }] as const;
  });
  return { ...project, services: Object.fromEntries(services) };
}

function numbersTo(count: number): number[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => index + 1);
}
