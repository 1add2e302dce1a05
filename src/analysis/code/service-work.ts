/** What a service did in one step, as profiles tell it. */
import type { PprofProfile } from '../../goruntime/profile/types.ts';

/** The profiles that functions are told of. */
export const workTypes = ['cpu', 'heap', 'mutex', 'block', 'goroutine'] as const;

/** One of them. */
export type WorkType = (typeof workTypes)[number];

/** What all replicas of a service did in one step. */
export interface ServiceWork {
  readonly service: string;
  readonly type: WorkType;
  readonly step: string;
  /** Answers of the whole system while the profile was taken. */
  readonly requests: number;
  /** Of the replicas; none where nothing was recorded. */
  readonly profiles: readonly PprofProfile[];
}
