/** When each fault of a run was asked for, in force and taken back. */
import type { FaultMoment } from '../../model/sample.ts';

/** A fault that was asked for. */
export interface FaultTimes {
  readonly name: string;
  readonly askedUs: number;
  /** When it was in force; undefined where it could not be put in force. */
  readonly startUs: number | undefined;
  /** When it was asked to be taken back, and when that was done; undefined where it was in force to the end. */
  readonly endAskedUs: number | undefined;
  readonly endUs: number | undefined;
  readonly what: string | undefined;
  readonly failed: string | undefined;
  readonly targets: readonly string[];
}

/** Of all that were asked for, in the order in which they began. */
export function faultTimes(moments: readonly FaultMoment[]): FaultTimes[] {
  const names = [...new Set(moments.map(({ fault }) => fault))];
  return names
    .map((name): FaultTimes => {
      const own = (moment: FaultMoment['moment']) =>
        moments.find((each) => each.fault === name && each.moment === moment);
      const [begin, end, failed] = [own('begin'), own('end'), own('failed') ?? own('undo-failed')];
      const first = begin ?? failed ?? end;
      return {
        name,
        askedUs: first?.askedUs ?? 0,
        startUs: begin?.atUs,
        endAskedUs: end?.askedUs ?? own('undo-failed')?.askedUs,
        endUs: end?.atUs,
        what: begin?.message,
        failed: failed?.message,
        targets: first?.targets ?? [],
      };
    })
    .sort((a, b) => a.askedUs - b.askedUs);
}

/** Whether two were in force, or about to be, at a time. */
export function overlap(a: FaultTimes, b: FaultTimes): boolean {
  const endOf = ({ endUs }: FaultTimes) => endUs ?? Number.POSITIVE_INFINITY;
  return a.askedUs < endOf(b) && b.askedUs < endOf(a);
}
