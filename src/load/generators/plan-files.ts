/** The files that a plan names, carried in it: a generator has none of the user's. */
import { readBytes } from '../../host/files.ts';
import type { LoadPlan } from '../../model/load.ts';
import { recordedOf } from '../../model/scenario.ts';

/** The paths of all files that a plan names, each once. */
function filesOf(plan: LoadPlan): string[] {
  const { requests, flows = [], feeders, tls } = plan;
  const all = [
    ...[...requests, ...flows.flatMap((flow) => flow.requests)].map(({ bodyFile }) => bodyFile),
    ...Object.values(feeders).map(({ file }) => file),
    recordedOf(plan)?.file,
    ...[tls?.ca, tls?.cert, tls?.key],
  ];
  return [...new Set(all.filter((each) => each !== undefined))];
}

/** Their contents by path, as they are now; rejects when one cannot be read. */
export async function readPlanFiles(plan: LoadPlan): Promise<ReadonlyMap<string, Uint8Array>> {
  return new Map(await Promise.all(filesOf(plan).map(async (path) => [path, await readBytes(path)] as const)));
}
