/** Which request each arrival sends, and with which data: the same for every run of one seed. */
import { type GivenFiles, givenBytes, givenText } from '../../host/given-files.ts';
import { textOf } from '../../host/text.ts';
import type { LoadPlan, Share } from '../../model/load.ts';
import { seededUniform } from '../../model/random.ts';
import { type FlowSpec, flowRequestName, type RequestSpec } from '../../model/scenario.ts';
import { arrivalChoices } from './choice.ts';
import { parseRows } from './feeder-rows.ts';
import {
  createFeeder,
  type Draw,
  type Feeder,
  renderRequest,
  requestTemplate,
  templatedDraw,
} from './request-template.ts';
import { namesOf, needsVisit, type PreparedRequest, visitDraw, visitSteps } from './visit-plan.ts';
import { type WireRequest, wireRequest } from './wire-request.ts';

/** Hands out the request of the next arrival of a plan's share; costs nothing when there is only one. */
export type RequestSource = () => WireRequest;

/** Keep rows and pauses apart from the gaps between arrivals, which are drawn from the same seed. */
const feederStream = 0xfeed;
const thinkStream = 0x7a05e;

/**
 * The requests and flows of a plan, with the files of bodies and feeders read; rejects when one cannot be read. `wallMs` gives
 * milliseconds since 1970. `recorded` says what each arrival of the whole load sends, as a place among the plan's requests and, after them,
 * its flows; those of which it says -1 are chosen by weight.
 */
export async function openRequestSource(
  plan: LoadPlan,
  wallMs: () => number,
  recorded?: Int32Array,
): Promise<RequestSource> {
  const feeders = new Map<string, Feeder>();
  for (const [index, [name, { file, format, order }]] of Object.entries(plan.feeders).entries()) {
    const seed = (plan.seed ^ feederStream) + index;
    feeders.set(name, createFeeder(parseRows(await givenText(file, plan.files), format), order, seed));
  }
  const parts = { plan, feeders, wallMs, thinkTime: seededUniform(plan.seed ^ thinkStream) };
  const { flows = [] } = plan;
  const draws = [
    ...(await Promise.all(plan.requests.map((request, index) => requestDraw(request, index, parts)))),
    ...(await Promise.all(flows.map((flow, index) => flowDraw(flow, index, parts)))),
  ];
  const choose = arrivalChoices(plan, recorded);
  const [first] = draws;
  if (!first) throw new RangeError('there is nothing to choose from');
  return sourceOf(() => (draws[choose()] ?? first)(), plan.share);
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

/** What all draws of a plan are made of. */
interface DrawParts {
  readonly plan: LoadPlan;
  readonly feeders: ReadonlyMap<string, Feeder>;
  readonly wallMs: () => number;
  readonly thinkTime: () => number;
}

async function requestDraw(request: RequestSpec, index: number, parts: DrawParts): Promise<Draw> {
  const { plan, feeders, wallMs, thinkTime } = parts;
  const label = namesOf(plan).length > 1 ? `${request.name}: ` : '';
  const prepared = await prepare(request, { label, index, isOfFlow: false }, plan);
  if (!needsVisit(request)) return templatedDraw(prepared.template, prepared.base, feeders, plan);
  const visit = {
    flow: undefined,
    steps: visitSteps([prepared]),
    hasCookies: request.cookies === true,
    address: plan,
    wallMs,
  };
  return visitDraw(visit, [], feeders, thinkTime);
}

async function flowDraw(flow: FlowSpec, index: number, parts: DrawParts): Promise<Draw> {
  const { plan, feeders, wallMs, thinkTime } = parts;
  const before = (plan.flows ?? []).slice(0, index).reduce((sum, each) => sum + each.requests.length, 0);
  const first = plan.requests.length + before;
  const prepared = await Promise.all(
    flow.requests.map((request, at) =>
      prepare(request, { label: `${flowRequestName(flow, request)}: `, index: first + at, isOfFlow: true }, plan),
    ),
  );
  const visit = { flow: index, steps: visitSteps(prepared), hasCookies: flow.cookies, address: plan, wallMs };
  return visitDraw(
    visit,
    flow.requests.map(({ think }) => think),
    feeders,
    thinkTime,
  );
}

async function prepare(
  request: RequestSpec,
  { label, index, isOfFlow }: { readonly label: string; readonly index: number; readonly isOfFlow: boolean },
  plan: LoadPlan,
): Promise<PreparedRequest> {
  const body = await readBody(request, isOfFlow || Object.keys(plan.feeders).length > 0, plan.files);
  const template = requestTemplate(request, body, isOfFlow);
  const bytes = renderRequest(template, () => ({}), plan);
  return { request, template, base: wireRequest(request, bytes, label, index) };
}

/** The body as text with places, or as bytes: a file of text is a template where places may be in it, any other is sent byte for byte. */
export async function readBody(
  { body, bodyFile }: RequestSpec,
  mayHavePlaces: boolean,
  files?: GivenFiles,
): Promise<string | Uint8Array> {
  if (bodyFile === undefined) return body;
  const bytes = await givenBytes(bodyFile, files);
  const text = mayHavePlaces ? textOf(bytes) : bytes;
  return typeof text === 'string' ? text : bytes;
}
