/** Flows, and requests whose answers are looked into, taken apart once so that each arrival can be led through them. */
import type { LoadPlan } from '../../model/load.ts';
import { type FlowRequestSpec, flowRequestName, type RequestSpec, type ThinkSpec } from '../../model/scenario.ts';
import { extractorsOf } from '../answers/extract.ts';
import { type Draw, type Feeder, feedersOf, placesIn, type RequestTemplate } from './request-template.ts';
import { ownValues, type Place, type Template } from './template.ts';
import { type CheckedExtractor, FlowVisit, type VisitPlan, type VisitStep } from './visit.ts';
import type { WireRequest } from './wire-request.ts';

/** A request and what was made of it. */
export interface PreparedRequest {
  readonly request: RequestSpec | FlowRequestSpec;
  readonly template: RequestTemplate;
  readonly base: WireRequest;
}

/** Whether what follows the answer to a request that stands alone depends on it. */
export function needsVisit(request: RequestSpec): boolean {
  return (request.redirects ?? 0) > 0 || seesDecoded(request);
}

/** What the answer's body contains is only seen when its content coding is off. */
function seesDecoded({ headers, expect }: RequestSpec): boolean {
  const asks = Object.keys(headers).some((name) => name.toLowerCase() === 'accept-encoding');
  return asks && expect.bodyContains !== '';
}

/** The steps of a visit. */
export function visitSteps(requests: readonly PreparedRequest[]): VisitStep[] {
  return requests.map(({ request, template, base }, index) => {
    const later = requests.slice(index + 1).map((each) => each.template);
    const extractors = extractorsOf('extract' in request ? request.extract : {}).map(
      (extractor): CheckedExtractor => ({ ...extractor, mistake: mistakeIn(extractor.name, later) }),
    );
    const readsBody = extractors.some((extractor) => extractor.readsBody) || seesDecoded(request);
    const wantedText = readsBody ? request.expect.bodyContains : '';
    return {
      template,
      base: wantedText === '' ? base : { ...base, wantedBody: undefined },
      wantedText,
      extractors,
      redirects: request.redirects ?? 0,
    };
  });
}

/** Draws a visit of a plan: one row of each feeder for all of its requests, and the length of each pause. */
export function visitDraw(
  plan: VisitPlan,
  thinks: readonly (ThinkSpec | undefined)[],
  feeders: ReadonlyMap<string, Feeder>,
  uniform: () => number,
): Draw {
  const names = new Set(plan.steps.flatMap(({ template }) => feedersOf(template)));
  const used = [...feeders].filter(([name]) => names.has(name));
  return () => {
    const rows = new Map(used.map(([name, { rows, nextRow }]) => [name, rows[nextRow()] ?? {}]));
    const thinkMs = thinks.map((think) => thinkLength(think, uniform));
    return () => new FlowVisit(plan, (feeder) => rows.get(feeder) ?? {}, thinkMs).begin();
  };
}

function thinkLength(think: ThinkSpec | undefined, uniform: () => number): number {
  if (!think) return 0;
  const { fromMs, toMs } = think;
  return fromMs === toMs ? fromMs : fromMs + uniform() * (toMs - fromMs);
}

/** The names of all requests of a plan by their place, with the flow that each belongs to. */
export function namesOf({ requests, flows = [] }: Pick<LoadPlan, 'requests' | 'flows'>) {
  return [
    ...requests.map(({ name }): { readonly name: string; readonly flow?: string } => ({ name })),
    ...flows.flatMap((flow) => flow.requests.map((each) => ({ name: flowRequestName(flow, each), flow: flow.name }))),
  ];
}

/** Says of a value why it cannot stand in one of these requests. */
function mistakeIn(value: string, templates: readonly RequestTemplate[]): (text: string) => string | undefined {
  const isIt = (piece: Template[number] | undefined): piece is Place =>
    typeof piece === 'object' && piece.feeder === ownValues && piece.column === value;
  const startsPath = templates.some(({ path }) => isIt(path[0]));
  const isInHeader = templates.some(({ headers }) => headers.some(([, template]) => template.some(isIt)));
  const isUsed = templates.some((template) => placesIn(template).some(isIt));
  return (text) => {
    if (isUsed && /\p{Surrogate}/u.test(text)) return 'the value is no text: it has half a surrogate pair';
    if (startsPath && !text.startsWith('/')) return 'the value is to begin a path, but does not begin with /';
    if (isInHeader && !/^[\t\x20-\x7e]*$/.test(text)) return 'the value cannot stand in a header';
    return undefined;
  };
}
