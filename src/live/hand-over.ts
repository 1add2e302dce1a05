/** When the command may end: once every page that watched the run has its report, or has gone. */
import { reconnectMs } from './listeners.ts';

/** How long a page that watched may take to load the report. */
const handOverMs = 10_000;
/** How long a page that has gone may take to come again. */
const comeAgainMs = 2 * reconnectMs;

/** Counts the pages that watch and the reports that are given; it must be closed. */
export class HandOver {
  private watching = 0;
  private owed = 0;
  private given = 0;
  private underWay = 0;
  private comingAgain: NodeJS.Timeout | undefined;
  private isOver = false;
  private settled = () => {};

  /** A page began to watch. */
  came(): void {
    this.watching++;
    if (this.isOver) this.owed++;
  }

  /** A page has gone: to the report, for ever, or to come again. */
  left(): void {
    this.watching--;
    clearTimeout(this.comingAgain);
    this.comingAgain = setTimeout(() => {
      this.comingAgain = undefined;
      this.look();
    }, comeAgainMs).unref();
    this.look();
  }

  /** The run is over: those that watch are owed the report. */
  finish(): void {
    this.isOver = true;
    this.owed = this.watching;
  }

  /** A report is on its way. */
  begin(): void {
    this.underWay++;
  }

  /** It came to its end, whole or not. */
  end(isWhole: boolean): void {
    this.underWay--;
    if (isWhole) this.given++;
    this.look();
  }

  /** Resolves when nobody is owed anything, or takes too long; or when the signal aborts. */
  async done(signal?: AbortSignal): Promise<void> {
    if (this.isDone()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, handOverMs);
      this.settled = () => {
        clearTimeout(timer);
        resolve();
      };
      signal?.addEventListener('abort', this.settled, { once: true });
    });
  }

  /** Waits for nobody any more. */
  close(): void {
    clearTimeout(this.comingAgain);
  }

  private look(): void {
    if (this.isOver && this.isDone()) this.settled();
  }

  private isDone(): boolean {
    if (this.underWay > 0) return false;
    return (this.owed > 0 && this.given >= this.owed) || (this.watching === 0 && this.comingAgain === undefined);
  }
}
