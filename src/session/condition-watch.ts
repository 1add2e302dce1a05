/** Looks at conditions and roles, as a session wants it done. */
import type { ConditionChange, RoleChange } from '../model/sample.ts';
import type { LogLine, Target } from '../model/topology.ts';

/** At work from the start of a topology; its times are those of the clock it was opened with. */
export interface ConditionWatch {
  /** These are about to be started: they are asked, although they are said to be away. */
  starting(targets: readonly Target[]): void;
  /** These stand, but for those that are away; throws an environmentError with every question that one of them has no page for. */
  standing(targets: readonly Target[]): void;
  /** What a target printed. */
  line(line: LogLine): void;
  /** Something was done: lines that are waited for count from then on. */
  countFrom(atUs: number): void;
  /** Who wants to know of changes; they are given those before, too. Only one can. */
  listen(listener: (change: ConditionChange | RoleChange) => void): void;
  /** Resolves when all of these hold at once; rejects with environmentError `not-ready` when that takes too long, or when it aborts. */
  allHold(conditions: readonly string[], withinMs: number, signal: AbortSignal): Promise<void>;
  /** Resolves when it holds and has not held at some time since then; rejects when the signal aborts. */
  hasCome(condition: string, sinceUs: number, signal: AbortSignal): Promise<void>;
  /** Those that say now that they have it; rejects with environmentError `fault-failed` when after a while nobody does. */
  whoHas(role: string, signal: AbortSignal): Promise<readonly Target[]>;
  /** Says of what does not hold at the end why it does not. */
  close(): Promise<void>;
}
