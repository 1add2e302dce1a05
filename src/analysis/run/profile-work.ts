/** The profiles of a run as work: what one target did in one step, or why that is not known. */

import { deltaProfile, totalsOf } from '../../goruntime/profile/delta.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import type { ProfileSample, ProfileType } from '../../model/sample.ts';

/** What came of one profile: `empty` is one that was taken and has nothing in it. */
type Outcome = ProfileSample['outcome'] | 'empty';

/** What one target did in one step: its CPU profile, or what it added to a profile that accumulates. */
export interface ProfileWork {
  readonly target: string;
  readonly type: ProfileType;
  /** Index of the step in the scenario. */
  readonly step: number;
  readonly outcome: Outcome;
  readonly message?: string;
  /** Undefined unless the outcome is `ok`, and of execution traces and dumps, which are no profile.proto. */
  readonly profile?: PprofProfile;
  readonly windowUs: number;
}

const columns: Readonly<Record<ProfileType, string | undefined>> = {
  cpu: 'cpu',
  heap: 'alloc_space',
  mutex: 'delay',
  block: 'delay',
  trace: undefined,
  goroutineleak: undefined,
  dump: undefined,
};

const emptyMessages: Readonly<Record<ProfileType, string>> = {
  cpu: 'no sample: the target used next to no CPU',
  heap: 'next to nothing was allocated: the runtime samples one in 512 KiB',
  mutex: 'nobody waited, or the rate is off: the service turns it on by runtime.SetMutexProfileFraction(100), in main',
  block: 'nobody waited, or the rate is off: the service turns it on by runtime.SetBlockProfileRate(100_000), in main',
  trace: 'the trace is empty',
  goroutineleak: 'no goroutine is leaked',
  dump: 'the dump is empty',
};

/** The column of a profile that says what its kind is taken for, or -1: CPU time, bytes allocated, time waited. */
export function columnOf({ sampleTypes }: PprofProfile, type: ProfileType): number {
  return sampleTypes.findIndex((column) => column.type === columns[type]);
}

/** All work of a run, by step, target and type. Snapshots are decoded once although two steps use each. */
export function profileWorks(samples: readonly ProfileSample[]): ProfileWork[] {
  const decoded = new Map<ProfileSample, PprofProfile>();
  const decode = (sample: ProfileSample): PprofProfile | undefined => {
    if (!sample.content) return undefined;
    const profile = decoded.get(sample) ?? decodeProfile(sample.content);
    decoded.set(sample, profile);
    return profile;
  };
  const keyOf = ({ target, type, step }: Pick<ProfileSample, 'target' | 'type' | 'step'>) =>
    [target, type, step].join('\n');
  const byKey = new Map(samples.map((sample) => [keyOf(sample), sample]));
  return samples
    .filter(({ step }) => step >= 0)
    .map((sample) => workOf(sample, byKey.get(keyOf({ ...sample, step: sample.step - 1 })), decode))
    .sort((a, b) => a.step - b.step || compare(a.target, b.target) || compare(a.type, b.type));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function workOf(
  sample: ProfileSample,
  before: ProfileSample | undefined,
  decode: (sample: ProfileSample) => PprofProfile | undefined,
): ProfileWork {
  const { target, type, step } = sample;
  const isSnapshot = type === 'heap' || type === 'mutex' || type === 'block';
  const windowUs = isSnapshot ? sample.atUs - (before?.atUs ?? sample.atUs) : sample.untilUs - sample.atUs;
  const about = { target, type, step, windowUs };
  const missing = [sample, ...(isSnapshot && before ? [before] : [])].find(({ outcome }) => outcome !== 'ok');
  if (missing) {
    const { outcome, message } = missing;
    return { ...about, outcome, ...(message === undefined ? {} : { message }) };
  }
  if (type === 'trace' || type === 'dump') return { ...about, outcome: 'ok' };
  try {
    const profile = decode(sample);
    const earlier = before && decode(before);
    if (!profile || (isSnapshot && !earlier)) return { ...about, outcome: 'failed', message: noFile };
    // It is told by stack for the whole run: nothing that a step used. That there are none is an answer, too.
    if (type === 'goroutineleak') return { ...about, outcome: 'ok' };
    return { ...about, ...(isSnapshot && earlier ? between(profile, earlier, type) : found(profile, type)) };
  } catch (error) {
    if (error instanceof ProfileError) return { ...about, outcome: 'failed', message: error.message };
    throw error;
  }
}

type Found = Pick<ProfileWork, 'outcome' | 'message' | 'profile'>;

const noFile = 'its file is not in the run directory';

function between(later: PprofProfile, earlier: PprofProfile, type: ProfileType): Found {
  const { profile, restarted } = deltaProfile(later, earlier);
  if (!restarted) return found(profile, type);
  return { outcome: 'failed', message: 'its counters began anew: the process was restarted in the step' };
}

function found(profile: PprofProfile, type: ProfileType): Found {
  const total = totalsOf(profile)[columnOf(profile, type)] ?? 0n;
  return total === 0n ? { outcome: 'empty', message: emptyMessages[type] } : { outcome: 'ok', profile };
}
