/** Tests that need a Docker engine: skipped loudly where none answers, failed where one is required. */
import { it } from 'vitest';
import { connectDocker } from '../../src/host/docker.ts';

const reason = await whyNoDocker();

/** Whether an engine answers. */
export const hasDocker = reason === undefined;

if (!hasDocker) {
  if (process.env.RAMPART_REQUIRE_DOCKER) throw new Error(`RAMPART_REQUIRE_DOCKER is set, but ${reason}`);
  console.warn(`\n*** SKIPPED, not tested: everything that needs Docker (${reason}) ***\n`);
}

/** `it` where an engine answers, else a skipped test. */
export const itWithDocker = it.skipIf(!hasDocker);

async function whyNoDocker(): Promise<string | undefined> {
  try {
    await connectDocker(process.env).ping(process.env.RAMPART_REQUIRE_DOCKER ? 60_000 : 3000);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
