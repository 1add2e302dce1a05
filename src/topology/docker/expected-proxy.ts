/**
 * Whether the Docker engine of this machine will copy what goes to published ports, from how it was started and set up (dockerd's
 * reference, daemon.json).
 */
import { readTextIfAny } from '../../host/files.ts';
import { commandLine, processIds } from '../../host/processes.ts';

/** `kernel`: nothing is copied. `unknown`: no engine can be seen here, such as one in a virtual machine or of another user. */
export type PortPath = 'kernel' | 'userland proxy' | 'unknown';

const usualConfig = '/etc/docker/daemon.json';

/** Looks at the engine that runs on this machine. */
export async function expectedPortPath(): Promise<PortPath> {
  const engine = processIds()
    .map(commandLine)
    .find((line) => /^(?:\S*\/)?dockerd(?:\s|$)/.test(line));
  if (engine === undefined) return 'unknown';
  const config = await readTextIfAny(configOf(engine)).catch(() => undefined);
  return portPathOf(engine, config);
}

/** From the command line of the engine and the text of its configuration, if it has one; the proxy is on unless either says no. */
export function portPathOf(engine: string, config: string | undefined): PortPath {
  const flag = /\s--userland-proxy(?:=(\S+))?(?=\s|$)/.exec(engine);
  if (flag) return /^(?:false|f|0)$/i.test(flag[1] ?? 'true') ? 'kernel' : 'userland proxy';
  return config !== undefined && /"userland-proxy"\s*:\s*false/.test(config) ? 'kernel' : 'userland proxy';
}

function configOf(engine: string): string {
  return /\s--config-file[=\s](\S+)/.exec(engine)?.[1] ?? usualConfig;
}
