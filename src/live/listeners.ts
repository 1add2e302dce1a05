/**
 * Pages that listen, over server-sent events (HTML Standard, 9.2). Each is told what changed since it was last told, so nothing waits for a
 * slow one and nothing is kept for it: while it does not read it misses moments, and later gets the state as it is then.
 */
import type { ServerResponse } from 'node:http';
import type { LiveEnd, LiveUpdate } from '../model/live.ts';

/** More pages than this are sent away. */
const mostListeners = 32;
/** A page that has read nothing for so many rounds is let go; it comes again when it is alive. */
const mostMissedRounds = 120;
/** A page is told that the run lives after so many rounds in which nothing changed. */
const quietRounds = 20;
/** After how many milliseconds a page that lost its connection comes again. */
export const reconnectMs = 1000;

interface Listener {
  readonly response: ServerResponse;
  /** The last change it was told of; 0 for none. */
  told: number;
  missedRounds: number;
  quietRounds: number;
}

/** What pages are told of; changes count up. */
export interface LiveSource {
  readonly run: string;
  readonly seq: number;
  updateAfter(since: number): LiveUpdate;
}

/** All pages that listen to one run. */
export class Listeners {
  private readonly source: LiveSource;
  private readonly left: () => void;
  private readonly all = new Set<Listener>();
  private end: LiveEnd | undefined;

  /** Nobody listens yet; `left` is called when a page has gone. */
  constructor(source: LiveSource, left: () => void) {
    this.source = source;
    this.left = left;
  }

  /** How many listen. */
  get count(): number {
    return this.all.size;
  }

  /** Adds a page, which says what it was told last; false when there are too many. It is told at once what it does not know. */
  add(response: ServerResponse, lastEventId: string | undefined): boolean {
    if (this.all.size >= mostListeners) return false;
    const listener: Listener = { response, told: this.readId(lastEventId), missedRounds: 0, quietRounds: 0 };
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', connection: 'close' });
    response.write(`retry: ${reconnectMs}\n\n`);
    this.all.add(listener);
    response.once('close', () => {
      this.all.delete(listener);
      this.left();
    });
    this.tell(listener, this.textsOfRound());
    if (this.end) response.write(endText(this.end));
    return true;
  }

  /** Tells each page what it does not know. */
  round(): void {
    const textAfter = this.textsOfRound();
    for (const listener of this.all) this.tell(listener, textAfter);
  }

  /** Tells all pages, and those that still come, how the run ended. */
  finish(end: LiveEnd): void {
    this.end = end;
    this.round();
    for (const { response } of this.all) response.write(endText(end));
  }

  private tell(
    listener: Listener,
    textAfter: (since: number) => { readonly seq: number; readonly text: string },
  ): void {
    const { response } = listener;
    if (response.writableNeedDrain) {
      listener.missedRounds++;
      if (listener.missedRounds > mostMissedRounds) response.destroy();
      return;
    }
    listener.missedRounds = 0;
    const { seq, text } = textAfter(listener.told);
    if (seq === listener.told) {
      listener.quietRounds++;
      if (listener.quietRounds % quietRounds === 0) response.write(': nothing new\n\n');
      return;
    }
    listener.told = seq;
    listener.quietRounds = 0;
    response.write(text);
  }

  /** The text for each page, made once for all that know the same. */
  private textsOfRound() {
    const texts = new Map<number, { readonly seq: number; readonly text: string }>();
    return (since: number) => {
      const known = texts.get(since);
      if (known) return known;
      const update = this.source.updateAfter(since);
      const text = `id: ${encodeURIComponent(update.run)}:${update.seq}\nevent: update\ndata: ${JSON.stringify(update)}\n\n`;
      texts.set(since, { seq: update.seq, text });
      return { seq: update.seq, text };
    };
  }

  /** What a page that comes again was told last; 0 where it knows nothing, or only of another run. */
  private readId(lastEventId: string | undefined): number {
    const [, run, seq] = /^(.*):(\d{1,15})$/s.exec(lastEventId ?? '') ?? [];
    return run === encodeURIComponent(this.source.run) && Number(seq) <= this.source.seq ? Number(seq) : 0;
  }
}

function endText(end: LiveEnd): string {
  return `event: end\ndata: ${JSON.stringify(end)}\n\n`;
}
