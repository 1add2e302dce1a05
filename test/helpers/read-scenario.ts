/** A scenario file of a folder, opened and read in one. */
import { createSecrets, type Secrets } from '../../src/model/secrets.ts';
import { openScenario, type ReadScenario, readScenario } from '../../src/runs/read-scenario.ts';

/** Rejects as the command line would. */
export async function readIn(
  cwd: string,
  file: string,
  env: Readonly<Record<string, string | undefined>> = {},
  secrets: Secrets = createSecrets(),
): Promise<ReadScenario> {
  const log = { info: () => undefined, warn: () => undefined };
  return await readScenario(await openScenario(file, { cwd }), [], { env, secrets, log });
}
