/** An engine on another machine is refused. */
import { dockerEndpoint } from '../../host/docker-endpoint.ts';
import { isLoopback } from '../../host/loopback.ts';
import type { RunContext } from '../../model/contracts.ts';
import { environmentError } from '../../model/errors.ts';

/** Ports of an engine elsewhere are published there; load goes to loopback only. */
export function refuseRemoteEngine({ env }: Pick<RunContext, 'env'>): void {
  const { host } = dockerEndpoint(env);
  const tcp = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^:/]+)/.exec(host)?.[1];
  if (!tcp || isLoopback(tcp)) return;
  throw environmentError(
    'docker-remote',
    `the Docker engine is on another machine (${host}), where published ports cannot be reached`,
    'run rampart on that machine, or choose a local engine with `docker context use default`',
  );
}
