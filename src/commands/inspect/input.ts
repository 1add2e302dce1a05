/** One input of `rampart inspect`, from its bytes to what it says, whatever it is. */
import { createHistogramLogInspector } from '../../analysis/inspect/histograms.ts';
import { createLogInspector } from '../../analysis/inspect/log.ts';
import { inspectProfile } from '../../analysis/inspect/profile.ts';
import { beginningOf, headBytes, recognise } from '../../analysis/inspect/recognise.ts';
import { createSpanLister, createTraceInspector } from '../../analysis/inspect/trace.ts';
import { whyUnreadable } from '../../analysis/inspect/unreadable.ts';
import { createLogScanner } from '../../goruntime/log/scanner.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { parseProfileText } from '../../goruntime/profile/text.ts';
import { framesOf, type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import { TraceError } from '../../goruntime/trace/trace-error.ts';
import { type Chunks, type DecodedChunks, inflated, inUtf8, peek } from '../../host/input-bytes.ts';
import { splitLines } from '../../host/lines.ts';
import { messageOf } from '../../model/errors.ts';
import type { TraceInspection } from '../../model/inspected-trace.ts';
import type { HistogramUnit, Inspection, LogInspection } from '../../model/inspection.ts';

/** What was found in an input, and the profile itself where it is one. */
export interface InspectedInput {
  readonly inspection: Inspection;
  readonly profile?: PprofProfile;
}

/** Why an input cannot be inspected, in words that follow its name. */
export class UnreadableInput extends Error {
  override readonly name = 'UnreadableInput';
}

/** Gets every line, goroutine, stack or interval as it is found. */
export type OnRecord = (record: object) => void;

const maxProfileBytes = 512 * 1024 * 1024;
const lookedFor =
  'looked for lines of the Go runtime (SCHED, gc, scav, pacer, init), goroutine dumps, pprof profiles (binary or text), execution traces and HdrHistogram logs';

/** What these bytes say; rejects with an UnreadableInput when they are nothing that can be inspected. */
export async function inspectInput(
  name: string,
  source: Chunks,
  unit?: HistogramUnit,
  onRecord?: OnRecord,
): Promise<InspectedInput> {
  try {
    const { chunks, from } = await inUtf8(await inflated(source));
    const counted = countBytes(chunks);
    const { head, all } = await peek(counted.chunks, headBytes);
    if (head.length === 0) throw new UnreadableInput('is empty');
    switch (recognise(head)) {
      case 'binary':
        return readProfile(name, await whole(all), head, onRecord);
      case 'profile text':
        return readText(name, await whole(all), onRecord);
      case 'hlog':
        return { inspection: await readHistograms(name, all, counted.bytes, unit, onRecord) };
      case 'execution trace':
        return { inspection: await readTrace(name, all, onRecord) };
      case 'text':
        return { inspection: fromEncoding(await readLog(name, all, head, onRecord), from) };
    }
  } catch (error) {
    throw unreadable(error);
  }
}

/** Hands on each request of an execution trace as it is found; rejects with an UnreadableInput when it is none. */
export async function listSpans(
  source: Chunks,
  onSpan: OnRecord,
): Promise<Pick<TraceInspection, 'requests' | 'incomplete'>> {
  try {
    const { head, all } = await peek(await inflated(source), headBytes);
    if (head.length === 0) throw new UnreadableInput('is empty');
    if (recognise(head) !== 'execution trace')
      throw new UnreadableInput('is no execution trace: --spans lists the requests of one');
    const lister = createSpanLister(onSpan);
    for await (const chunk of all) lister.push(chunk);
    return lister.end();
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): unknown {
  if (error instanceof TraceError)
    return new UnreadableInput(`is an execution trace that cannot be read: ${error.message}`, { cause: error });
  if (error instanceof ProfileError) return new UnreadableInput(`is ${error.message}`, { cause: error });
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return error;
  const why = messageOf(error);
  const what = code.startsWith('Z_')
    ? `is a gzip stream that is damaged or cut: ${why}; of a log, \`zcat FILE | rampart inspect -\` reads what is whole`
    : `cannot be read: ${why}`;
  return new UnreadableInput(what, { cause: error });
}

async function readTrace(name: string, chunks: Chunks, onRecord: OnRecord | undefined): Promise<Inspection> {
  const inspector = createTraceInspector(onRecord);
  for await (const chunk of chunks) inspector.push(chunk);
  return inspector.end(name);
}

function countBytes(chunks: Chunks): { readonly chunks: Chunks; readonly bytes: () => number } {
  let bytes = 0;
  async function* counting() {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  return { chunks: counting(), bytes: () => bytes };
}

async function whole(chunks: Chunks): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of chunks) {
    parts.push(part);
    length += part.length;
    if (length > maxProfileBytes) throw new UnreadableInput(`is a profile of more than ${maxProfileBytes} bytes`);
  }
  return Buffer.concat(parts, length);
}

function readProfile(name: string, bytes: Buffer, head: Buffer, onRecord: OnRecord | undefined): InspectedInput {
  try {
    return profiled(name, bytes.length, decodeProfile(bytes), onRecord);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    const why = whyUnreadable(head);
    if (why !== undefined) throw new UnreadableInput(why, { cause: error });
    if (error.reason !== 'not a profile') throw error;
    // A profile begins with its sample types, or with its period type.
    if (head[0] === 0x0a || head[0] === 0x5a) {
      throw new UnreadableInput(
        'begins like a pprof profile and is none: damaged, or several profiles one after the other, as `cat` makes them; give each a file of its own',
        { cause: error },
      );
    }
    throw nothingIn(head);
  }
}

function readText(name: string, bytes: Buffer, onRecord: OnRecord | undefined): InspectedInput {
  return profiled(name, bytes.length, parseProfileText(bytes.toString('utf8')), onRecord);
}

function profiled(name: string, bytes: number, profile: PprofProfile, onRecord: OnRecord | undefined): InspectedInput {
  if (onRecord) {
    for (const sample of profile.samples) {
      onRecord({ kind: 'stack', values: sample.values.map(Number), frames: framesOf(sample) });
    }
  }
  return { inspection: inspectProfile(name, bytes, profile), profile };
}

async function readHistograms(
  name: string,
  chunks: Chunks,
  bytes: () => number,
  unit: HistogramUnit | undefined,
  onRecord: OnRecord | undefined,
): Promise<Inspection> {
  const inspector = createHistogramLogInspector(unit);
  const lines = splitLines((text) => {
    const interval = inspector.line(text);
    if (interval) onRecord?.({ kind: 'interval', ...interval });
  });
  for await (const chunk of chunks) lines.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  lines.end();
  const found = inspector.finish(name, bytes());
  if (found.tags.length > 0) return found;
  const why = found.rejects[0] ? `: ${found.rejects[0].example}` : '';
  throw new UnreadableInput(`begins like a HdrHistogram log, and holds no interval that can be read${why}`);
}

async function readLog(
  name: string,
  chunks: Chunks,
  head: Buffer,
  onRecord: OnRecord | undefined,
): Promise<LogInspection> {
  const inspector = createLogInspector();
  const scanner = createLogScanner((record, source, time) => {
    inspector.record(record, source, time);
    onRecord?.({ ...record, ...(source === '' ? {} : { source }), ...(time === undefined ? {} : { time }) });
  });
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    scanner.write(chunk);
  }
  const found = inspector.finish(name, bytes, scanner.end());
  if (Object.values(found.counts).some((count) => count > 0) || found.processes.length > 0) return found;
  throw nothingIn(head);
}

/** What was found, with the encoding that the log had before; its places are those of its text in UTF-8. */
function fromEncoding(found: LogInspection, from: DecodedChunks['from']): LogInspection {
  if (!from) return found;
  const evidence = ['bytes of the log are told as they are in UTF-8'];
  const told = { severity: 'info', certainty: 'certain', title: `the log is text in ${from}`, evidence } as const;
  return { ...found, judgements: [...found.judgements, told] };
}

function nothingIn(head: Buffer): UnreadableInput {
  const why = whyUnreadable(head);
  if (why !== undefined) return new UnreadableInput(why);
  return new UnreadableInput(`holds nothing that can be inspected: ${lookedFor}; it begins with ${beginningOf(head)}`);
}
