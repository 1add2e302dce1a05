/** Cores and memory of a container: its limits, and what is reserved for it; pure. */
import type { ServiceLimits } from '../../model/topology-spec.ts';
import { show } from '../compose-file/fields.ts';
import type { Path } from '../compose-file/notes.ts';
import { mapOf, type Raw, type ServicePart } from './part.ts';
import { cpuMillis, memoryBytes, wholeMicros } from './quantities.ts';

/** The kernel's period where a quota names none, microseconds. */
const usualPeriodUs = 100_000;

interface Amounts {
  readonly millis: number | undefined;
  readonly bytes: number | undefined;
}

/** `resources` of a container; the scenario's limits win over those of the file. */
export function containerResources(part: ServicePart, asked: ServiceLimits | undefined): Raw {
  const limits = limitsOf(part);
  const cpu = asked?.cpus === undefined ? limits.millis : cpuMillis(asked.cpus);
  const memory = asked?.memoryBytes ?? limits.bytes;
  const reserved = reservationsOf(part);
  const { path, refuse } = part;
  if (reserved.millis !== undefined && cpu !== undefined && reserved.millis > cpu)
    refuse(
      [...path, 'deploy', 'resources', 'reservations'],
      `reserves ${reserved.millis / 1000} cores, above the limit of ${cpu / 1000}`,
    );
  if (reserved.bytes !== undefined && memory !== undefined && reserved.bytes > memory)
    refuse(
      [...path, 'deploy', 'resources', 'reservations'],
      `reserves ${reserved.bytes} bytes, above the limit of ${memory}`,
    );
  return {
    // Where nothing is requested the whole limit would be, and a node might have no room for what Docker just starts.
    requests: amounts({ millis: reserved.millis ?? 0, bytes: reserved.bytes ?? 0 }),
    ...(cpu === undefined && memory === undefined ? {} : { limits: amounts({ millis: cpu, bytes: memory }) }),
  };
}

function amounts({ millis, bytes }: Amounts): Raw {
  return {
    ...(millis === undefined ? {} : { cpu: millis % 1000 === 0 ? String(millis / 1000) : `${millis}m` }),
    ...(bytes === undefined ? {} : { memory: String(bytes) }),
  };
}

function limitsOf(part: ServicePart): Amounts {
  const { raw, path } = part;
  const { limits } = resourcesOf(raw);
  const at: Path = [...path, 'deploy', 'resources', 'limits'];
  return {
    millis: cores(part, [...at, 'cpus'], limits['cpus']) ?? cores(part, [...path, 'cpus'], raw['cpus']) ?? quota(part),
    bytes: bytes(part, [...at, 'memory'], limits['memory']) ?? bytes(part, [...path, 'mem_limit'], raw['mem_limit']),
  };
}

function reservationsOf(part: ServicePart): Amounts {
  const { raw, path } = part;
  const { reservations } = resourcesOf(raw);
  const at: Path = [...path, 'deploy', 'resources', 'reservations'];
  return {
    millis: cores(part, [...at, 'cpus'], reservations['cpus']),
    bytes:
      bytes(part, [...at, 'memory'], reservations['memory']) ??
      bytes(part, [...path, 'mem_reservation'], raw['mem_reservation']),
  };
}

function resourcesOf({ deploy }: Raw): { readonly limits: Raw; readonly reservations: Raw } {
  const resources = mapOf(mapOf(deploy)['resources']);
  return { limits: mapOf(resources['limits']), reservations: mapOf(resources['reservations']) };
}

/** Zero is no limit. */
function cores({ refuse }: ServicePart, path: Path, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const millis = cpuMillis(value);
  if (millis === undefined) refuse(path, `is ${show(value)}, which is no number of cores (example: 0.5)`);
  return millis || undefined;
}

function bytes({ refuse }: ServicePart, path: Path, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const found = memoryBytes(value);
  if (found === undefined || Number.isNaN(found))
    refuse(path, `is ${show(value)}, which is no amount of memory (example: 64m)`);
  return found || undefined;
}

/** `cpu_quota` of every `cpu_period`. */
function quota({ raw, path, refuse }: ServicePart): number | undefined {
  const { cpu_quota, cpu_period } = raw;
  if (cpu_quota === undefined || cpu_quota === null || ['0', '-1'].includes(String(cpu_quota))) return undefined;
  const quotaUs = wholeMicros(cpu_quota);
  const periodUs = cpu_period === undefined || cpu_period === null ? usualPeriodUs : wholeMicros(cpu_period);
  if (quotaUs === undefined) refuse([...path, 'cpu_quota'], `is ${show(cpu_quota)}, which is no time (example: 50000)`);
  if (periodUs === undefined || periodUs === 0)
    refuse([...path, 'cpu_period'], `is ${show(cpu_period)}, which is no time (example: 100000)`);
  return quotaUs === undefined || !periodUs ? undefined : cpuMillis(quotaUs / periodUs);
}
