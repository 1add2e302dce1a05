/** Live progress for people: one line that redraws itself on a terminal, lines that stay elsewhere. */
import type { Sink } from '../model/contracts.ts';
import type { LoadStep } from '../model/scenario.ts';
import { tellLoad } from './load-progress.ts';
import { tellWatch } from './watch-progress.ts';

/** Where progress goes, and of what it tells. */
export interface ProgressOptions {
  readonly write: (text: string) => void;
  readonly redraw: boolean;
  readonly columns: number;
  /** Microseconds since the origin. */
  readonly startUs: number;
  readonly of: Progress;
}

/** The steps that are sent, as far as they are known; or how long targets are looked at without load, undefined where only the user ends it. */
type Progress = { readonly steps: readonly LoadStep[] } | { readonly forMs: number | undefined };

const eraseLine = '\r\x1b[2K';

/** A sink that draws progress with `write`. */
export function createProgressSink({ write, redraw, columns, startUs, of }: ProgressOptions): Sink {
  const room = Math.max(0, columns - 1);
  const tell =
    'steps' in of ? tellLoad({ startUs, steps: of.steps, room }) : tellWatch({ startUs, forMs: of.forMs, room });
  const erased = redraw ? eraseLine : '';
  return {
    kind: 'progress',
    accept: (sample) => {
      for (const { drawn, logged, kept } of tell(sample)) {
        const line = kept ?? (redraw ? undefined : logged);
        if (line !== undefined) write(`${erased}${line}\n`);
        if (redraw && drawn !== undefined) write(`${erased}${drawn.slice(0, columns - 1)}`);
      }
    },
    close: async () => {
      if (redraw) write(erased);
    },
  };
}
