/** The coordinator's part, by the real code: frames read, messages merged, samples written down, histograms added up; with what each takes. */
import { createFrameReader } from '../../../src/load/generators/frames.ts';
import { createToldArrivals } from '../../../src/load/generators/told-arrivals.ts';
import { MessageMerge } from '../../../src/load/workers/merge.ts';
import { addHistogram, newHistogram } from '../../../src/model/histogram.ts';
import type { LoadMessage } from '../../../src/model/load.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { createArchiveSink } from '../../../src/sinks/archive-sink.ts';

/** Processor time of each part of the work, milliseconds. */
export interface Work {
  readonly read: number;
  readonly merge: number;
  readonly write: number;
  readonly add: number;
}

/** A coordinator of so many generators, which writes into a directory. */
export interface Coordinator {
  /** Takes what each generator said in a second; tells the work of it. */
  take(said: readonly (readonly Buffer[])[]): Work;
  /** Arrivals in the merged histogram, and those that were planned. */
  readonly counted: { readonly inHistogram: number; readonly planned: number };
  close(): Promise<void>;
}

const secondUs = 1_000_000;

/** As many readers, one merge, one archive. */
export function createCoordinator(generators: number, directory: string): Coordinator {
  const readers = Array.from({ length: generators }, createFrameReader);
  const told = Array.from({ length: generators }, createToldArrivals);
  const merge = new MessageMerge(generators, (atUs) => Math.floor(atUs / secondUs) * secondUs);
  const failures: Error[] = [];
  const archive = createArchiveSink(directory, (error) => failures.push(error));
  const response = newHistogram();
  let planned = 0;

  const heard = (messages: readonly { generator: number; message: LoadMessage }[]): Sample[] =>
    messages.flatMap(({ generator, message }): Sample[] => {
      const samples: Sample[] = [];
      let own = message;
      if (message.kind === 'window') {
        told[generator]?.take(message);
        own = { ...message, generator };
      } else if (message.kind === 'tick')
        samples.push({ kind: 'generator-tick', atUs: message.atUs, generator, tick: message });
      return [...samples, ...merge.take(generator, own)];
    });

  return {
    take(said) {
      const chunks = said.map((frames) => Buffer.concat(frames));
      const clock = stopwatch();
      const messages = chunks.flatMap((chunk, generator) =>
        (readers[generator]?.(chunk) ?? []).map((each) => ({
          generator,
          message: (each as { message: LoadMessage }).message,
        })),
      );
      const read = clock();
      const samples = heard(messages);
      const merged = clock();
      for (const sample of samples) archive.accept(sample);
      const write = clock();
      for (const sample of samples) {
        if (sample.kind !== 'window') continue;
        planned += sample.planned;
        addHistogram(response, sample.response);
      }
      if (failures[0]) throw failures[0];
      return { read, merge: merged, write, add: clock() };
    },
    get counted() {
      return { inHistogram: response.totalCount, planned };
    },
    close: () => archive.close(),
  };
}

/** Processor time of this process since the last call, milliseconds. */
function stopwatch(): () => number {
  let last = process.cpuUsage();
  return () => {
    const now = process.cpuUsage();
    const ms = (now.user + now.system - last.user - last.system) / 1000;
    last = now;
    return ms;
  };
}
