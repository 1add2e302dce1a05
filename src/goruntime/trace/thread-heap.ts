/** Threads by the time of their next event, the earliest first: a binary heap. Ties are broken as Go's reader breaks them. */
import type { ThreadEvents } from './thread-events.ts';

/** Keeps the threads that still have events. */
export class ThreadHeap {
  readonly threads: ThreadEvents[] = [];

  add(thread: ThreadEvents): void {
    this.threads.push(thread);
    this.up(this.threads.length - 1);
  }

  /** The thread at this place has gone on to its next event. */
  moved(place: number): void {
    if (this.up(place) === place) this.down(place);
  }

  /** The thread at this place has no more events. */
  remove(place: number): void {
    for (let at = place; at > 0; at = (at - 1) >> 1) this.swap(at, (at - 1) >> 1);
    this.swap(0, this.threads.length - 1);
    this.threads.pop();
    this.down(0);
  }

  /** All in the order of time, which is a heap as well. */
  sort(): void {
    this.threads.sort((a, b) => a.ns - b.ns);
  }

  private nsAt(place: number): number {
    return this.threads[place]?.ns ?? Number.POSITIVE_INFINITY;
  }

  private swap(one: number, other: number): void {
    const { threads } = this;
    const [a, b] = [threads[one], threads[other]];
    if (!a || !b) return;
    threads[one] = b;
    threads[other] = a;
  }

  private up(from: number): number {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.nsAt(parent) <= this.nsAt(at)) break;
      this.swap(at, parent);
      at = parent;
    }
    return at;
  }

  private down(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      let least = at;
      if (this.nsAt(left) < this.nsAt(least)) least = left;
      if (this.nsAt(left + 1) < this.nsAt(least)) least = left + 1;
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }
}
