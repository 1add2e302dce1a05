/** What a Docker engine streams, as bytes cut anywhere, to lines and events. */
import { createDemultiplexer } from './demux.ts';
import type { ContainerEvent, ContainerLine } from './docker-engine.ts';
import { splitLines } from './lines.ts';

type Bytes = AsyncIterable<Buffer>;

/** Lines of plain bytes; what has no newline after it was cut off and is left out. */
export async function* linesIn(bytes: Bytes): AsyncGenerator<string> {
  const ready: string[] = [];
  const lines = splitLines((text) => ready.push(text));
  for await (const chunk of bytes) {
    lines.write(chunk);
    yield* ready.splice(0);
  }
}

/**
 * Lines of a container: with a terminal the engine sends plain bytes of both streams, which are called stderr, for the lines of the Go
 * runtime are looked for there; without, frames that name the stream. What has no newline comes last.
 */
export async function* logLinesIn(bytes: Bytes, hasTty: boolean): AsyncGenerator<ContainerLine> {
  const ready: ContainerLine[] = [];
  const lines = {
    stdout: splitLines((text) => ready.push({ stream: 'stdout', text })),
    stderr: splitLines((text) => ready.push({ stream: 'stderr', text })),
  };
  const write = hasTty ? lines.stderr.write : createDemultiplexer((stream, data) => lines[stream].write(data));
  try {
    for await (const chunk of bytes) {
      write(chunk);
      yield* ready.splice(0);
    }
  } catch {
    // A log that breaks off has ended; what it said before counts.
  }
  lines.stdout.end();
  lines.stderr.end();
  yield* ready;
}

/** Events, one JSON text a line. */
export async function* eventsIn(bytes: Bytes): AsyncGenerator<ContainerEvent> {
  for await (const text of linesIn(bytes)) {
    if (text.trim() === '') continue;
    const { Action, Actor, timeNano } = JSON.parse(text) as {
      Action?: string;
      timeNano?: number;
      Actor?: { ID?: string; Attributes?: Record<string, string> };
    };
    const atS = timeNano === undefined ? undefined : timeNano / 1e9;
    yield { action: Action ?? '', atS, containerId: Actor?.ID ?? '', attributes: Actor?.Attributes ?? {} };
  }
}
