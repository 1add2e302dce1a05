/** Requests that stand for all of a trace: all, or as many as are held in memory, drawn by lot. */
import { seededUniform } from '../../model/random.ts';
import type { TracedRequest } from './request-finder.ts';

/** Takes requests as they are found, and keeps each with the same chance. */
export class DrawnRequests {
  /** In no order. */
  readonly kept: TracedRequest[] = [];
  private count = 0;
  private readonly most: number;
  private readonly uniform = seededUniform(1);

  /** Keeps so many. */
  constructor(most: number) {
    this.most = most;
  }

  /** How many there were. */
  get found(): number {
    return this.count;
  }

  /** Algorithm R of Vitter's Random Sampling with a Reservoir, 1985. */
  take(request: TracedRequest): void {
    this.count++;
    if (this.kept.length < this.most) {
      this.kept.push(request);
      return;
    }
    const place = Math.floor(this.uniform() * this.count);
    if (place < this.most) this.kept[place] = request;
  }
}
