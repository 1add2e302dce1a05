/** What is kept of the arrivals due in one second of one step until it is told. */
import type { Histogram } from 'hdr-histogram-js';
import type { LoadPhase } from '../../model/load.ts';
import type { OutcomeCounts } from '../../model/outcome-counts.ts';
import type { OpenBins } from './bins.ts';

/** What is counted of sendings and dials, beside the outcomes of arrivals. */
export type Sending = 'resent' | 'unsent' | 'redialled' | 'followed';

type Counts = { -readonly [Count in keyof OutcomeCounts]: number };

/** Stands for a tenth of a second without a response: a number, so that the array stays one of small integers. */
export const noPeak = -1;

/** What is new about the arrivals due in one second of one step. */
export interface Window {
  readonly step: number;
  readonly dueUs: number;
  /** Whether it waits for the next flush. */
  isListed: boolean;
  counts: Counts;
  sendings: Record<Sending, number>;
  redirected: number;
  pausedUs: number;
  errors: Record<string, number>;
  response: Histogram | undefined;
  /** Of those, the responses of arrivals that had no good answer. */
  lost: Histogram | undefined;
  service: Histogram | undefined;
  lag: Histogram | undefined;
  /** By tenth of its second; undefined until there is a response. */
  peaks: number[] | undefined;
  phases: Record<LoadPhase, Histogram | undefined>;
  /** By request, in the order of the plan; empty where there is only one. */
  requests: readonly RequestContents[];
  /** By flow, likewise; empty where there is none. */
  flows: readonly FlowContents[];
  bodies: Bodies;
  /** Undefined where there is nothing new, or where none are asked for. */
  bins: OpenBins | undefined;
}

/** What is new about one flow. */
export interface FlowContents {
  readonly counts: Counts;
  response: Histogram | undefined;
  lost: Histogram | undefined;
  service: Histogram | undefined;
}

/** What is new about one of several requests. */
interface RequestContents extends FlowContents {
  firstByte: Histogram | undefined;
  redirected: number;
  readonly errors: Record<string, number>;
}

/** What is new about bodies: see `LoadWindow`. */
export interface Bodies {
  bytes: number;
  decodedBytes: number;
  encoded: Record<string, number> | undefined;
}

/** What is told apart in the windows of a plan: its requests where there are several, and its flows. */
export interface WindowNames {
  readonly requests: readonly { readonly name: string; readonly flow?: string }[];
  readonly flows: readonly { readonly name: string }[];
}

/** What of a window is told, and then begins anew. */
export type Contents = Omit<Window, 'step' | 'dueUs' | 'isListed'>;

function noCounts(): Counts {
  return { planned: 0, completed: 0, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };
}

/** Of a plan with so many requests that are told apart, and so many flows. */
export function noContents(requests: number, flows: number): Contents {
  return {
    counts: noCounts(),
    sendings: { resent: 0, unsent: 0, redialled: 0, followed: 0 },
    redirected: 0,
    pausedUs: 0,
    bodies: { bytes: 0, decodedBytes: 0, encoded: undefined },
    errors: {},
    response: undefined,
    lost: undefined,
    service: undefined,
    lag: undefined,
    peaks: undefined,
    phases: { connect: undefined, tls: undefined, firstByte: undefined },
    requests: Array.from({ length: requests }, () => ({
      ...noOutcomes(),
      firstByte: undefined,
      redirected: 0,
      errors: {},
    })),
    flows: Array.from({ length: flows }, noOutcomes),
    bins: undefined,
  };
}

function noOutcomes(): FlowContents {
  return { counts: noCounts(), response: undefined, lost: undefined, service: undefined };
}

/** Empties a window; what was in it is no part of it any more. */
export function takeFrom(window: Window): Contents {
  const { step: _step, dueUs: _dueUs, isListed: _isListed, ...contents } = window;
  Object.assign(window, noContents(contents.requests.length, contents.flows.length));
  window.isListed = false;
  return contents;
}
