/** Ports of this machine that stay free until they are wanted. */
import { readTextIfAny } from './files.ts';
import { isPortFree } from './ports.ts';

/** Below these the kernel of no usual system chooses ports for connections that go out; above 1024 it has registered ones, as databases use. */
const usualFirst = 20_000;
const usualEnd = 32_768;
/** Linux: the ports from which connections that go out have theirs (ip(7), ip_local_port_range). */
const rangeFile = '/proc/sys/net/ipv4/ip_local_port_range';

/**
 * So many different TCP ports that are free on every IPv4 address right now, and that connections which go out do not take later, as they
 * would those that a system hands out by itself; `random` gives numbers from 0 to 1. Rejects where there are not enough.
 */
export async function findFreePorts(count: number, random: () => number = Math.random): Promise<number[]> {
  const end = Math.min(usualEnd, outgoingFrom((await readTextIfAny(rangeFile).catch(() => undefined)) ?? ''));
  const first = Math.min(usualFirst, Math.max(1024, end - (usualEnd - usualFirst)));
  const size = end - first;
  const offset = Math.floor(random() * size);
  const found: number[] = [];
  for (let tried = 0; tried < size && found.length < count; tried++) {
    const port = first + ((offset + tried) % size);
    if (await isPortFree('0.0.0.0', port)) found.push(port);
  }
  if (found.length < count) throw new Error(`of the ports from ${first} to ${end - 1} only ${found.length} are free`);
  return found;
}

/** Where a system lets connections that go out take nearly all ports, none is safe, and the usual ones are as good as any. */
function outgoingFrom(range: string): number {
  const from = Number(/^\s*(\d+)\s+\d+/.exec(range)?.[1] ?? usualEnd);
  return from > 2048 ? from : usualEnd;
}
