/** Events of a trace as the oracle in test/goruntime/trace/oracle prints them, one a line. */
import type { Generation } from '../../src/goruntime/trace/generation.ts';
import { TraceError } from '../../src/goruntime/trace/trace-error.ts';
import type { TraceEvent } from '../../src/goruntime/trace/trace-event.ts';
import { TraceReader } from '../../src/goruntime/trace/trace-reader.ts';

/** The lines of a trace that comes in pieces; the last says `error` where it cannot be read to its end. */
export function traceLines(pieces: Iterable<Uint8Array>): string[] {
  const lines: string[] = [];
  let firstNs: number | undefined;
  const reader = new TraceReader((event, generation) => {
    firstNs ??= event.ns;
    lines.push(lineOf(event, generation, firstNs));
  });
  try {
    for (const piece of pieces) reader.push(piece);
    reader.end();
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    lines.push('error');
  }
  return lines;
}

/** A trace in pieces of so many bytes. */
export function* inPieces(bytes: Uint8Array, size: number): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function lineOf(event: Readonly<TraceEvent>, generation: Generation, firstNs: number): string {
  const { thread, proc, goroutine } = event;
  return `${event.ns - firstNs} ${thread} ${proc} ${goroutine} ${textOf(event, (id) => stackText(generation, id))}`;
}

function textOf(event: Readonly<TraceEvent>, stackOf: (id: number) => string): string {
  const { kind, of, from, to, scope, task, count } = event;
  const text = quoted(event.text);
  const stack = stackOf(event.stack);
  switch (kind) {
    case 'goroutine': {
      const isNew = from === 'NotExist' && (to === 'Runnable' || to === 'Waiting');
      return `goroutine ${of} ${from} ${to} ${text} ${stack}${isNew ? ` ${stackOf(event.startStack)}` : ''}`;
    }
    case 'proc':
      return `proc ${of} ${from} ${to}`;
    case 'metric':
      return `metric ${text} ${count} ${stack}`;
    case 'label':
      return `label ${text} ${of}`;
    case 'sample':
      return `sample ${stack}`;
    case 'range-begin':
      return `${kind} ${text} ${scope} ${of} ${stack}`;
    case 'range-active':
      return `${kind} ${text} ${scope} ${of}`;
    case 'range-end':
      return `${kind} ${text} ${scope} ${of} ${count} ${event.reclaimed}`;
    case 'task-begin':
    case 'task-end':
      return `${kind} ${of} ${task} ${text} ${stack}`;
    case 'region-begin':
    case 'region-end':
      return `${kind} ${task} ${text} ${stack}`;
    case 'log':
      return `log ${task} ${text} ${quoted(event.value)} ${stack}`;
    default:
      return kind;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

const texts = new WeakMap<readonly object[], string>();

/** Depth and FNV-1a over its frames. */
function stackText(generation: Generation, id: number): string {
  const frames = generation.stacks.framesOf(id);
  if (frames.length === 0) return '-';
  const known = texts.get(frames);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (const { pc, function: name, file, line } of frames)
    for (const byte of Buffer.from(`${pc}|${name}|${file}|${line}\n`)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  const text = `${frames.length}:${hash.toString(16).padStart(8, '0')}`;
  texts.set(frames, text);
  return text;
}
