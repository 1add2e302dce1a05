/** Which request each arrival sends, and with which data: the same for every run of one seed. */
import { readBytes, readText } from '../../host/files.ts';
import { textOf } from '../../host/text.ts';
import type { LoadPlan, Share } from '../../model/load.ts';
import { seededUniform } from '../../model/random.ts';
import type { FeederSpec, RequestSpec } from '../../model/scenario.ts';
import { parseRows } from './feeder-rows.ts';
import {
  createFeeder,
  type Draw,
  type Feeder,
  renderRequest,
  requestTemplate,
  templatedDraw,
} from './request-template.ts';
import { type WireRequest, wireRequest } from './wire-request.ts';

/** Hands out the request of the next arrival of a plan's share; costs nothing when there is only one. */
export type RequestSource = () => WireRequest;

/** Keep the choices of requests and rows apart from the gaps between arrivals, which are drawn from the same seed. */
const choiceStream = 0x5eed;
const feederStream = 0xfeed;

/** The requests of a plan, with the files of bodies and feeders read; rejects when one cannot be read. */
export async function openRequestSource(plan: LoadPlan): Promise<RequestSource> {
  const feeders = new Map<string, Feeder>();
  for (const [index, [name, { file, format, order }]] of Object.entries(plan.feeders).entries()) {
    const seed = (plan.seed ^ feederStream) + index;
    feeders.set(name, createFeeder(parseRows(await readText(file), format), order, seed));
  }
  const sources = await Promise.all(
    plan.requests.map(async (request) => ({
      weight: request.weight,
      value: await drawOf(request, plan, feeders),
    })),
  );
  const [only] = sources;
  if (only && sources.length === 1) return sourceOf(only.value, plan.share);
  const choose = chooser(sources, seededUniform(plan.seed ^ choiceStream));
  return sourceOf(() => choose()(), plan.share);
}

/** What other workers send is drawn as well, so that an arrival has the same request however many workers there are. */
function sourceOf(draw: Draw, { index, of }: Share = { index: 0, of: 1 }): RequestSource {
  let others = index;
  return () => {
    for (; others > 0; others--) draw();
    others = of - 1;
    return draw()();
  };
}

async function drawOf(request: RequestSpec, plan: LoadPlan, feeders: ReadonlyMap<string, Feeder>): Promise<Draw> {
  const template = requestTemplate(request, await readBody(request, plan.feeders));
  const label = plan.requests.length > 1 ? `${request.name}: ` : '';
  const base = wireRequest(
    request,
    renderRequest(template, () => ({}), plan),
    label,
    plan.requests.indexOf(request),
  );
  return templatedDraw(template, base, feeders, plan);
}

/** The body as text with places, or as bytes: a file of text is a template where there are feeders, any other is sent byte for byte. */
export async function readBody(
  { body, bodyFile }: RequestSpec,
  feeders: Readonly<Record<string, FeederSpec>>,
): Promise<string | Uint8Array> {
  if (bodyFile === undefined) return body;
  const bytes = await readBytes(bodyFile);
  const text = Object.keys(feeders).length > 0 ? textOf(bytes) : bytes;
  return typeof text === 'string' ? text : bytes;
}

/** Picks values in proportion to their weights; `uniform` gives numbers in (0, 1). */
export function chooser<T>(
  weighted: readonly { readonly weight: number; readonly value: T }[],
  uniform: () => number,
): () => T {
  const [first] = weighted;
  if (!first) throw new RangeError('there is nothing to choose from');
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
