/** Looks at the goroutines of a run as a profile of time: what requests waited for, also where no mutex or block profile is on. */

import type { PprofProfile, ProfileSample } from '../../goruntime/profile/types.ts';
import { groupBy } from '../../model/group-by.ts';
import type { RawRun } from '../../model/raw-run.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { StackGroup, Stacks } from '../../model/sample.ts';
import { answeredRps } from '../run/answered.ts';
import { stackKind, type WaitKind } from '../waits/stack-kind.ts';
import type { ServiceWork } from './service-work.ts';

/** What no request waits for, or what is no waiting. */
const notWaiting: readonly WaitKind[] = ['idle', 'client', 'gc', 'runnable', 'syscall'];

/**
 * By Little's law the mean number of goroutines in a place, divided by the answers per second, is how long a request is there. Each goroutine
 * that a look saw stands for the time from look to look.
 */
export function waitingWorks(
  samples: RawRun['samples'],
  measured: readonly StepResult[],
  serviceOf: ReadonlyMap<string, string>,
): ServiceWork[] {
  const looks = samples.filter((sample): sample is Stacks => sample.kind === 'stacks');
  return measured.flatMap((step) => {
    const within = looks.filter(({ atUs }) => atUs >= step.startUs && atUs < step.startUs + step.durationUs);
    const requests = (answeredRps(step.load) * step.durationUs) / 1e6;
    if (requests <= 0) return [];
    const services = groupBy(within, ({ target }) => serviceOf.get(target) ?? target);
    return [...services].map(([service, own]): ServiceWork => {
      const targets = groupBy(own, ({ target }) => target);
      const profiles = [...targets.values()].map((same) => profileOf(same, step.durationUs));
      return { service, type: 'goroutine', step: step.name, requests, profiles };
    });
  });
}

function profileOf(looks: readonly Stacks[], durationUs: number): PprofProfile {
  const periodNs = Math.round((durationUs * 1000) / looks.length);
  const groups = looks.flatMap(({ groups: all }) => all.filter(isWaiting));
  return {
    sampleTypes: [
      { type: 'goroutines', unit: 'count' },
      { type: 'waiting', unit: 'nanoseconds' },
    ],
    samples: groups.map((group) => sampleOf(group, periodNs)),
    mappings: [],
    periodType: { type: 'waiting', unit: 'nanoseconds' },
    period: BigInt(periodNs),
    timeNanos: 0n,
    durationNanos: BigInt(Math.round(durationUs * 1000)),
    dropFrames: '',
    keepFrames: '',
    comments: [],
    defaultSampleType: 'waiting',
    docUrl: '',
  };
}

function isWaiting(group: StackGroup): boolean {
  const { kind, request } = stackKind(group);
  return request && !notWaiting.includes(kind);
}

function sampleOf({ count, frames }: StackGroup, periodNs: number): ProfileSample {
  const locations = frames.map((name) => ({
    mapping: undefined,
    address: 0n,
    lines: [{ function: { name, systemName: name, file: '', startLine: 0 }, line: 0, column: 0 }],
    isFolded: false,
  }));
  return { locations, values: [BigInt(count), BigInt(count) * BigInt(periodNs)], labels: [] };
}
