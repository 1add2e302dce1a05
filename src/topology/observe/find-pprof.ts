/** Which running services of a compose file answer pprof, found by asking their published ports. */
import { dirname } from 'node:path';
import { connectDocker } from '../../host/docker.ts';
import { askHttp } from '../../host/probe.ts';

const patienceMs = 2000;

/** Container port by service of everything that answers pprof right now; empty when no Docker engine answers. */
export async function findPprof(
  compose: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const containers = await runningContainers(dirname(compose), env).catch(() => []);
  const asked = containers.flatMap(({ labels, ports }) =>
    ports.map(async ({ container, host }) => {
      const service = labels['com.docker.compose.service'];
      if (service === undefined || host === undefined || !(await answersPprof(host))) return;
      found.set(service, container);
    }),
  );
  await Promise.all(asked);
  return found;
}

async function runningContainers(directory: string, env: Readonly<Record<string, string | undefined>>) {
  const labels = [`com.docker.compose.project.working_dir=${directory}`];
  return await connectDocker(env).containers({ labels, signal: AbortSignal.timeout(patienceMs) });
}

/** Whether pprof answers on a port of 127.0.0.1; a service that answers every path with 200 is not taken for it. */
export async function answersPprof(port: number): Promise<boolean> {
  try {
    const url = `http://127.0.0.1:${port}/debug/pprof/goroutine?debug=1`;
    const answer = await askHttp(url, AbortSignal.timeout(patienceMs));
    return answer.status === 200 && answer.firstLine.startsWith('goroutine profile: total');
  } catch {
    return false;
  }
}
