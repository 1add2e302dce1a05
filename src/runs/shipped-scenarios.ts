/** The scenarios that come with rampart, which are named without a path: `rampart run quickstart`. */
import { filesIn } from '../host/files.ts';
import { packageFolder } from '../host/package-folder.ts';

const folder = packageFolder('scenarios');
const ending = '.yaml';

/** Names of all of them, sorted. */
export async function shippedScenarios(): Promise<readonly string[]> {
  const files = await filesIn(folder);
  return files
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

/** Where the scenario of that name lies, if it is a name and not a path. */
export function shippedScenario(name: string): string | undefined {
  return /^[a-z][a-z0-9-]*$/.test(name) ? `${folder}/${name}${ending}` : undefined;
}
