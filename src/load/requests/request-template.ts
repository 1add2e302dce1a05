/** A request with places for data: its bytes for each row. */
import type { LoadPlan } from '../../model/load.ts';
import { seededUniform } from '../../model/random.ts';
import type { RequestSpec } from '../../model/scenario.ts';
import { requestBytes } from './bytes.ts';
import { fill, ownValues, type Place, parseTemplate, pathText, placesOf, type Row, type Template } from './template.ts';
import type { WireRequest } from './wire-request.ts';

/** Bytes of requests made before the first arrival, per request; where the rows would need more, they are made one by one. */
const maxPreparedBytes = 64 * 1024 * 1024;

/** A request whose path, header values and body were taken apart. */
export interface RequestTemplate {
  readonly request: RequestSpec;
  readonly path: Template;
  readonly headers: readonly (readonly [string, Template])[];
  /** A body without places that need not be text. */
  readonly body: Template | Uint8Array;
  /** Whether it has places for what its flow has extracted. */
  readonly isOfFlow: boolean;
}

/** Takes a request apart, with its body: text with places, or bytes that are sent as they are. Only those of flows have places for values. */
export function requestTemplate(request: RequestSpec, body: string | Uint8Array, isOfFlow = false): RequestTemplate {
  const taken = (text: string) => parseTemplate(text, isOfFlow);
  return {
    request,
    path: taken(request.path).map((piece) => (typeof piece === 'string' ? pathText(piece) : piece)),
    headers: Object.entries(request.headers).map(([name, value]) => [name, taken(value)] as const),
    body: typeof body === 'string' ? taken(body) : body,
    isOfFlow,
  };
}

/** The places of a request. */
export function placesIn({ path, headers, body }: RequestTemplate): Place[] {
  const templates = [path, ...headers.map(([, value]) => value), ...(body instanceof Uint8Array ? [] : [body])];
  return templates.flatMap(placesOf);
}

/** The feeders that a request takes rows from. */
export function feedersOf(template: RequestTemplate): string[] {
  return [...new Set(placesIn(template).map(({ feeder }) => feeder))].filter((feeder) => feeder !== ownValues);
}

/** A request whose places are filled. */
export interface FilledRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A request with the data of these rows. */
export function fillRequest(template: RequestTemplate, rowOf: (feeder: string) => Row): FilledRequest {
  const asItIs = (value: string) => value;
  const { request, body } = template;
  return {
    method: request.method,
    path: fill(template.path, rowOf, pathText),
    headers: Object.fromEntries(template.headers.map(([name, value]) => [name, fill(value, rowOf, asItIs)])),
    body: body instanceof Uint8Array ? body : Buffer.from(fill(body, rowOf, asItIs), 'utf8'),
  };
}

/** The bytes of a request whose data are these rows. */
export function renderRequest(
  template: RequestTemplate,
  rowOf: (feeder: string) => Row,
  address: Pick<LoadPlan, 'host' | 'port' | 'tls'>,
): Buffer {
  const filled = fillRequest(template, rowOf);
  return requestBytes(filled, filled.body, address);
}

/** A feeder at work: its rows, and which of them is next. */
export interface Feeder {
  readonly rows: readonly Row[];
  nextRow(): number;
}

/** A feeder that starts over after its last row, or draws rows from the seed. */
export function createFeeder(rows: readonly Row[], order: 'sequential' | 'random', seed: number): Feeder {
  const uniform = seededUniform(seed);
  let next = 0;
  return {
    rows,
    nextRow() {
      if (order === 'random') return Math.floor(uniform() * rows.length);
      const row = next;
      next = row + 1 === rows.length ? 0 : row + 1;
      return row;
    },
  };
}

/** Decides what the next arrival sends; the request itself is made when it is asked for. */
export type Draw = () => () => WireRequest;

/**
 * Draws `base` with the bytes for the next rows. The bytes of all rows are made at once when the request has one feeder
 * and they fit into memory, so that an arrival costs no more than a request without places.
 */
export function templatedDraw(
  template: RequestTemplate,
  base: WireRequest,
  feeders: ReadonlyMap<string, Feeder>,
  address: Pick<LoadPlan, 'host' | 'port' | 'tls'>,
): Draw {
  const used = [...feeders].filter(([name]) => feedersOf(template).includes(name));
  const [only, ...others] = used;
  const asItIs = () => base;
  if (!only) return () => asItIs;
  const [, feeder] = only;
  const bytesOf = (row: Row) => renderRequest(template, () => row, address);
  const first = feeder.rows[0] ?? {};
  if (others.length === 0 && bytesOf(first).length * feeder.rows.length <= maxPreparedBytes) {
    const prepared = feeder.rows.map((row) => {
      const request = { ...base, bytes: bytesOf(row) };
      return () => request;
    });
    return () => prepared[feeder.nextRow()] ?? asItIs;
  }
  return () => {
    const rows = new Map(used.map(([name, { rows, nextRow }]) => [name, rows[nextRow()] ?? {}]));
    return () => ({ ...base, bytes: renderRequest(template, (name) => rows.get(name) ?? {}, address) });
  };
}
