/** What is told of a run in words: failures by kind, events and warnings; the latest of them, or the most frequent. */
import type { LiveNews } from '../model/live.ts';

const mostNews = 200;
const mostKinds = 50;
const otherKinds = 'other kinds';

/** The latest events and warnings; of warnings each text once. */
export class NewsBoard {
  private news: LiveNews[] = [];
  private readonly warned = new Set<string>();

  /** Puts one up, unless it is a warning that was given before. */
  add(one: LiveNews): void {
    if (one.kind === 'warning') {
      if (this.warned.has(one.text)) return;
      if (this.warned.size < mostNews) this.warned.add(one.text);
    }
    this.news = [...this.news.slice(1 - mostNews), one];
  }

  /** Those that came after a change. */
  changesAfter(since: number): LiveNews[] {
    return this.news.filter(({ seq }) => seq > since);
  }
}

/** Failures by kind; kinds that come when there are many already are counted together. */
export class ErrorCounts {
  private readonly counts = new Map<string, number>();
  private changed = 0;

  /** Adds the failures of a window. */
  add(errors: Readonly<Record<string, number>>, change: number): void {
    for (const [kind, count] of Object.entries(errors)) {
      const key = this.counts.has(kind) || this.counts.size < mostKinds ? kind : otherKinds;
      this.counts.set(key, (this.counts.get(key) ?? 0) + count);
      this.changed = change;
    }
  }

  /** All of them, the most frequent first; undefined when none came after a change. */
  changesAfter(since: number): (readonly [string, number])[] | undefined {
    return this.changed > since ? [...this.counts].toSorted((one, other) => other[1] - one[1]) : undefined;
  }
}
