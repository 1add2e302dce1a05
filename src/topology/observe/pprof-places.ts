/** Where a container may show pprof: where its labels say, else every port it names and the usual one. */
import type { Endpoint } from '../compose-file/service-labels.ts';
import type { ProjectContainer } from '../docker/containers.ts';
import type { Reached, ReachPort } from '../docker/reach.ts';

/** An address of pprof, without a slash at its end, and how it is reached. */
export interface PprofPlace {
  readonly url: string;
  readonly port: number;
  readonly how: Reached['how'];
}

const usualPort = 6060;
const usualPath = '/debug/pprof';

/** Places that this machine can reach, the likeliest first. */
export function pprofPlaces(
  { exposedPorts }: Pick<ProjectContainer, 'exposedPorts'>,
  promised: Endpoint | undefined,
  reach: ReachPort,
  {
    scheme = 'http',
    path = usualPath,
  }: { readonly scheme?: 'http' | 'https'; readonly path?: string | undefined } = {},
): PprofPlace[] {
  const ports = promised ? [promised.port] : [...new Set([usualPort, ...exposedPorts])];
  return ports.flatMap((port) => {
    const reached = reach(port);
    if (!reached) return [];
    const url = `${scheme}://${reached.address}${(promised?.path ?? path).replace(/\/+$/, '')}`;
    return [{ url, port, how: reached.how }];
  });
}
