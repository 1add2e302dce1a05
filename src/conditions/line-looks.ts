/** Which replicas have printed a line that is waited for, since the moment from which it counts. */
import type { LogLine } from '../model/topology.ts';
import type { Says } from './answer.ts';

/** More are of no use: they count only when nothing was done to the system since the first of them. */
const mostKept = 1000;

/** Of one condition. */
export class LineLooks {
  private readonly pattern: RegExp;
  /** When each target printed such lines, in the order in which they came. */
  private readonly printed = new Map<string, number[]>();
  private sinceUs = Number.NEGATIVE_INFINITY;

  constructor(pattern: string) {
    this.pattern = new RegExp(pattern);
  }

  /** Whether it is one that counts. */
  take({ atUs, target, text }: LogLine): boolean {
    if (!this.pattern.test(text)) return false;
    const own = this.printed.get(target) ?? [];
    this.printed.set(target, [...own.slice(1 - mostKept), atUs]);
    return atUs >= this.sinceUs;
  }

  /** Only lines from then on count; returns when those came that do, of each target the first. */
  countFrom(sinceUs: number): readonly number[] {
    this.sinceUs = sinceUs;
    const firsts = [...this.printed.values()].map((times) => times.find((atUs) => atUs >= sinceUs));
    return firsts.filter((atUs) => atUs !== undefined).toSorted((one, other) => one - other);
  }

  /** Whether this one had by then. */
  of(target: string, nowUs: number): Says {
    const holds = this.printed.get(target)?.some((atUs) => atUs >= this.sinceUs && atUs <= nowUs) ?? false;
    return { holds, said: holds ? 'has printed it' : `has printed no line like /${this.pattern.source}/` };
  }
}
