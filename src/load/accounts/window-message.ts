/** What is told of a window: its counts, and its histograms as texts, one in each turn of the event loop. */
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Histogram } from 'hdr-histogram-js';
import { encodeHistogram, newHistogram } from '../../model/histogram.ts';
import type { ArrivalBin, FlowWindow, LoadBins, LoadPhase, LoadWindow, RequestWindow } from '../../model/load.ts';
import { type OpenBins, toldBins } from './bins.ts';
import {
  type Bodies,
  type Contents,
  type FlowContents,
  noPeak,
  type Window,
  type WindowNames,
} from './window-contents.ts';

const phaseNames = ['connect', 'tls', 'firstByte'] as const satisfies readonly LoadPhase[];
/** So many latencies are put into bins in one turn of the event loop. */
const binnedPerTurn = 1000;

/** What windows of one run share. */
interface Telling {
  readonly names: WindowNames;
  /** Where histograms go that were told, emptied. */
  readonly spare: Histogram[];
}

/** The message of what was taken from a window. */
export async function windowMessage(
  { step, dueUs }: Pick<Window, 'step' | 'dueUs'>,
  taken: Contents,
  { names, spare }: Telling,
): Promise<LoadWindow> {
  const encode = (histogram: Histogram | undefined) => emptied(histogram, spare);
  const { sendings } = taken;
  return {
    kind: 'window',
    step,
    dueUs,
    ...taken.counts,
    ...(sendings.resent > 0 && { resent: sendings.resent }),
    ...(sendings.unsent > 0 && { unsent: sendings.unsent }),
    ...(sendings.redialled > 0 && { redialled: sendings.redialled }),
    ...(sendings.followed > 0 && { followed: sendings.followed }),
    ...(taken.redirected > 0 && { redirected: taken.redirected }),
    ...(taken.pausedUs > 0 && { pausedUs: Math.round(taken.pausedUs) }),
    ...toldBodies(taken.bodies),
    response: await encode(taken.response),
    ...(taken.lost && { lost: await encode(taken.lost) }),
    service: await encode(taken.service),
    lag: await encode(taken.lag),
    ...(taken.peaks && { responsePeaksUs: taken.peaks.map((us) => (us === noPeak ? null : us)) }),
    errors: taken.errors,
    ...(await toldPhases(taken.phases, encode)),
    ...(await toldRequests(taken.requests, names, encode)),
    ...(await toldFlows(taken.flows, names, encode)),
  };
}

/** The message of its bins, of `binUs` each. */
export async function binsMessage(step: number, open: OpenBins, binUs: number): Promise<LoadBins> {
  const bins: ArrivalBin[] = [];
  let left = binnedPerTurn;
  for (const bin of toldBins(open, binUs)) {
    bins.push(bin);
    left -= bin.completed;
    if (left > 0) continue;
    await turnOfLoop();
    left = binnedPerTurn;
  }
  return { kind: 'bins', step, binUs, bins };
}

type Encode = (histogram: Histogram | undefined) => Promise<string>;

async function emptied(histogram: Histogram | undefined, spare: Histogram[]): Promise<string> {
  if (!histogram) return emptyHistogram();
  const text = encodeHistogram(histogram);
  histogram.reset();
  spare.push(histogram);
  await turnOfLoop();
  return text;
}

let emptyText: string | undefined;

function emptyHistogram(): string {
  emptyText ??= encodeHistogram(newHistogram());
  return emptyText;
}

function toldBodies({ bytes, decodedBytes, encoded }: Bodies) {
  return {
    ...(bytes > 0 && { bodyBytes: bytes }),
    ...(decodedBytes > 0 && { decodedBytes }),
    ...(encoded && { encoded }),
  };
}

async function toldPhases(phases: Contents['phases'], encode: Encode): Promise<Pick<LoadWindow, 'phases'>> {
  const texts: Partial<Record<LoadPhase, string>> = {};
  for (const phase of phaseNames) if (phases[phase]) texts[phase] = await encode(phases[phase]);
  return Object.keys(texts).length > 0 ? { phases: texts } : {};
}

async function toldRequests(
  contents: Contents['requests'],
  names: WindowNames,
  encode: Encode,
): Promise<Pick<LoadWindow, 'requests'>> {
  const windows: RequestWindow[] = [];
  for (const [index, { firstByte, redirected, errors, ...own }] of contents.entries()) {
    const { name = '', flow } = names.requests[index] ?? {};
    windows.push({
      name,
      ...(flow !== undefined && { flow }),
      ...(await toldOutcomes(own, encode)),
      ...(firstByte && { firstByte: await encode(firstByte) }),
      ...(redirected > 0 && { redirected }),
      ...(Object.keys(errors).length > 0 && { errors }),
    });
  }
  return windows.length > 0 ? { requests: windows } : {};
}

async function toldFlows(
  contents: Contents['flows'],
  names: WindowNames,
  encode: Encode,
): Promise<Pick<LoadWindow, 'flows'>> {
  const windows: FlowWindow[] = [];
  for (const [index, own] of contents.entries())
    windows.push({ name: names.flows[index]?.name ?? '', ...(await toldOutcomes(own, encode)) });
  return windows.length > 0 ? { flows: windows } : {};
}

async function toldOutcomes(
  { counts, response, lost, service }: FlowContents,
  encode: Encode,
): Promise<Omit<FlowWindow, 'name'>> {
  return {
    ...counts,
    response: await encode(response),
    ...(lost && { lost: await encode(lost) }),
    service: await encode(service),
  };
}
