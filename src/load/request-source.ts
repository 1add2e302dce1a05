/** Which request each arrival sends: always the same one, or one of several by weight, the same for every run of one seed. */
import { readBytes } from '../host/files.ts';
import type { LoadPlan } from '../model/load.ts';
import type { RequestSpec } from '../model/scenario.ts';
import { seededUniform } from './random.ts';
import { type WireRequest, wireRequest } from './wire-request.ts';

/** Hands out the request of the next arrival; costs nothing when there is only one. */
export type RequestSource = () => WireRequest;

/** Keeps the choice of requests apart from the gaps between arrivals, which are drawn from the same seed. */
const choiceStream = 0x5eed;

/** The requests of a plan, with the bodies that are files read; rejects when one cannot be read. */
export async function openRequestSource(plan: LoadPlan): Promise<RequestSource> {
  const { requests } = plan;
  const wires = await Promise.all(
    requests.map(async (request) =>
      wireRequest(request, await bodyOf(request), plan, requests.length > 1 ? `${request.name}: ` : ''),
    ),
  );
  return chooser(
    requests.map((request, index) => ({ weight: request.weight, value: wires[index] as WireRequest })),
    seededUniform(plan.seed ^ choiceStream),
  );
}

async function bodyOf({ body, bodyFile }: RequestSpec): Promise<Uint8Array> {
  return bodyFile === undefined ? Buffer.from(body, 'utf8') : await readBytes(bodyFile);
}

/** Picks values in proportion to their weights; `uniform` gives numbers in (0, 1). */
export function chooser<T>(
  weighted: readonly { readonly weight: number; readonly value: T }[],
  uniform: () => number,
): () => T {
  const [first, ...rest] = weighted;
  if (!first) throw new RangeError('there is nothing to choose from');
  if (rest.length === 0) return () => first.value;
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let left = uniform() * total;
    for (const { weight, value } of weighted) {
      left -= weight;
      if (left < 0) return value;
    }
    return first.value;
  };
}
