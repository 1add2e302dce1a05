/** What is known of one goroutine that may serve requests. */
import type { ProcUse } from './proc-time.ts';
import { type OrderSoFar, orderSoFar } from './request-order.ts';
import { type RequestSplit, type StateMark, splitOf } from './request-parts.ts';
import { beginsStream, type StackPlace } from './stack-place.ts';

/** The states of a request that are no longer held one by one: those to a moment. */
interface FoldedStates {
  readonly untilNs: number;
  readonly split: RequestSplit;
  readonly order: OrderSoFar;
}

/** One goroutine, as far as it may serve requests. */
export interface Flow {
  serves: Exclude<StackPlace['serves'], 'streams' | undefined> | 'nothing' | 'not-known';
  use: ProcUse;
  /** Of the request; between requests the last one. */
  marks: StateMark[];
  /** What came before the first of the marks, where they were many. */
  folded: FoldedStates | undefined;
  isAssisting: boolean;
  /** When the request may have begun that it works at; undefined between requests. */
  beginNs: number | undefined;
  /** Whether that it works at a request is more than a guess. */
  isOpen: boolean;
  /** Waits for a connection's next request. */
  isIdle: boolean;
  /** Has not come to its first request's end. */
  isFirst: boolean;
  /** Was there before the trace, and has not been seen between two requests. */
  isCensored: boolean;
  inSyscall: StackPlace | undefined;
  lastWriteNs: number | undefined;
  route: string | undefined;
  task: string | undefined;
  isTracer: boolean;
}

/** A flow between two requests has none of these. */
export const noRoute = { lastWriteNs: undefined, route: undefined, task: undefined };

/** Of a goroutine that begins with this function, or was there already. */
export function newFlow(isNew: boolean, entry: string, ns: number): Flow {
  const isStream = isNew && beginsStream(entry);
  return {
    serves: isStream ? 'stream' : entry.startsWith('runtime.') ? 'nothing' : 'not-known',
    use: entry.startsWith('runtime.') ? 'runtime' : isStream ? 'requests' : 'others',
    marks: [],
    folded: undefined,
    isAssisting: false,
    beginNs: isNew ? ns : undefined,
    isOpen: isStream,
    isIdle: false,
    isFirst: isNew,
    isCensored: !isNew,
    inSyscall: undefined,
    isTracer: false,
    ...noRoute,
  };
}

/** So many states of a request are held one by one: a goroutine may serve one for hours, as those of WebSockets do. */
const mostMarks = 256;

/** Adds a state, which the goroutine has from now on. */
export function addMark(flow: Flow, mark: StateMark): void {
  if (flow.beginNs === undefined) flow.marks = [];
  flow.marks.push(mark);
  // What is behind the last write is no part of a request that ends with it.
  if (flow.marks.length > mostMarks && flow.lastWriteNs === undefined) fold(flow, mark);
}

function fold(flow: Flow, last: StateMark): void {
  const { beginNs = last.ns, marks, folded } = flow;
  const fromNs = folded?.untilNs ?? beginNs;
  flow.folded = {
    untilNs: last.ns,
    split: splitOf(marks, fromNs, last.ns, folded?.split),
    order: orderSoFar(marks, fromNs, last.ns, folded?.order),
  };
  flow.marks = [last];
}

/** No state of it counts any more. */
export function forgetMarks(flow: Flow): void {
  flow.marks = [];
  flow.folded = undefined;
}
