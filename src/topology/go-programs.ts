/** What can be known of the programs of targets before anything is asked of them: from their executables and their environments. */
import { pause } from '../host/clock.ts';
import { connectDocker } from '../host/docker.ts';
import { environmentOf, executableLink } from '../host/processes.ts';
import { readGoBuild } from '../host/program-build.ts';
import { type GoProgram, goEnvironment } from '../model/go-program.ts';
import type { Target } from '../model/topology.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Load is about to start: what takes longer than this to find out stays unknown. */
const patienceMs = 500;

/** By target; one of which nothing can be known is missing. Never rejects. */
export async function readGoPrograms(targets: readonly Target[], env: Env): Promise<ReadonlyMap<string, GoProgram>> {
  const found = new Map<string, GoProgram>();
  const all = targets.map(async (target) => {
    const program = await programOf(target, env).catch(() => undefined);
    if (program) found.set(target.id, program);
  });
  await Promise.race([Promise.all(all), pause(patienceMs, { ref: false })]);
  return new Map(found);
}

async function programOf(target: Target, env: Env): Promise<GoProgram | undefined> {
  const { pid, variables } = await startOf(target, env);
  const paths = [...(pid === undefined ? [] : [executableLink(pid)]), ...(target.binary ? [target.binary] : [])];
  const environment = variables && goEnvironment(variables);
  for (const path of paths) {
    const build = await readGoBuild(path).catch(() => undefined);
    if (!build) continue;
    const { goVersion: version, ...rest } = build;
    return { version, ...rest, environment, sources: ['binary', ...(environment ? ['environment'] : [])] };
  }
  return environment && Object.keys(environment).length > 0 ? { environment, sources: ['environment'] } : undefined;
}

/** The process on this machine, where there is one that may be looked at, and the variables it was started with. */
async function startOf(target: Target, env: Env): Promise<{ pid: number | undefined; variables: Env | undefined }> {
  const { pid, containerId } = target;
  if (containerId !== undefined) {
    const { pid, environment } = await connectDocker(env).inspect(containerId);
    return { pid, variables: environment };
  }
  if (pid === undefined) return { pid, variables: undefined };
  const variables = environmentOf(pid);
  return { pid, variables: variables && Object.fromEntries(variables) };
}
