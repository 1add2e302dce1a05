/** The images of a Docker engine that are there already, by their ids. */
import { connectDocker } from '../host/docker.ts';

const patienceMs = 3000;

/** The id of each image that the engine has under this name; the others are left out, all of them when no engine answers. */
export async function localImageIds(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  if (names.length === 0) return ids;
  try {
    const docker = connectDocker(env);
    await docker.ping(patienceMs);
    for (const name of names) {
      const id = await docker.imageId(name).catch(() => undefined);
      if (id !== undefined) ids.set(name, id);
    }
  } catch {
    // The run itself says why the engine cannot be used.
  }
  return ids;
}
