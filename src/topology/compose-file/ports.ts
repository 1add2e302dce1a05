/** `ports` and `expose` of a compose service in all their forms; pure. */
import { child, type Field, fail, isRecord, readCount, readList, readText, show } from './fields.ts';

/** One port inside the container, and where it is published. */
export interface ServicePort {
  readonly target: number;
  readonly protocol: string;
  /** A port or a range of the host; absent: one that Docker chooses. */
  readonly published?: string | undefined;
  readonly hostIp?: string | undefined;
  /** What a long form calls it, or says that is spoken there. */
  readonly purpose?: string | undefined;
}

/** A list of ports, short or long, ranges taken apart. */
export function readPorts(value: unknown, field: Field): readonly ServicePort[] {
  return readList(value, field).flatMap((port, index) =>
    isRecord(port) ? readLong(port, child(field, index)) : readShort(port, child(field, index)),
  );
}

/** The TCP ports that `expose` names. */
export function readExposed(value: unknown, field: Field): readonly number[] {
  return readPorts(value, field).flatMap(({ target, protocol }) => (protocol === 'tcp' ? [target] : []));
}

const shortForm = /^(?:(\[[^\]]*\]|[^:]*):)?(?:((?:\d+(?:-\d+)?)?):)?(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i;

function readShort(value: unknown, field: Field): readonly ServicePort[] {
  const match = shortForm.exec(readText(value, field) ?? '');
  const first = Number(match?.[3]);
  const last = Number(match?.[4] ?? first);
  // With one colon only, what stands before it is a port and no address.
  const isPort = match?.[2] === undefined && /^(?:\d+(?:-\d+)?)?$/.test(match?.[1] ?? '');
  const [hostIp, published] = isPort ? [undefined, match?.[1]] : [match?.[1], match?.[2]];
  const host = hostPorts(published || undefined, last - first + 1);
  if (!match || first < 1 || last > 65_535 || last < first || !host) {
    fail(field, `must be a port, got ${show(value)} (example: "127.0.0.1::8080")`);
    return [];
  }
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    target: first + index,
    protocol: (match[5] ?? 'tcp').toLowerCase(),
    published: host[index],
    hostIp: hostIp?.replace(/^\[|\]$/g, '') || undefined,
  }));
}

/** The host's port for each container port: a range of as many, or for a single one any range to choose from. */
function hostPorts(published: string | undefined, count: number): readonly (string | undefined)[] | undefined {
  if (published === undefined || count === 1) return Array.from({ length: count }, () => published);
  const [first = 0, last = first] = published.split('-').map(Number);
  if (last - first + 1 !== count) return undefined;
  return Array.from({ length: count }, (_, index) => String(first + index));
}

function readLong(value: Readonly<Record<string, unknown>>, field: Field): readonly ServicePort[] {
  const { protocol, target, published, host_ip, name, app_protocol } = value;
  const purpose = [readText(name, child(field, 'name')), readText(app_protocol, child(field, 'app_protocol'))];
  if (target === undefined) fail(field, 'has no target (example: { target: 8080, host_ip: 127.0.0.1 })');
  const port = readCount(target, child(field, 'target'), 1);
  if (port === undefined) return [];
  return [
    {
      target: port,
      protocol: readText(protocol, child(field, 'protocol')) || 'tcp',
      published: readText(published, child(field, 'published')) || undefined,
      hostIp: readText(host_ip, child(field, 'host_ip')) || undefined,
      purpose: purpose.filter(Boolean).join(' ') || undefined,
    },
  ];
}
