import { describe, expect, it } from 'vitest';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import type { ProfileSample, Sample } from '../../../src/model/sample.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';
import { findingOf, findingsOf, slowUs } from '../../helpers/findings.ts';

const full = { 'host.cores': 2, 'host.cpu_percent': 98, 'host.idle_percent': 2, 'host.steal_percent': 0 };
const api = { 'container.cpu_percent': 160, 'proc.threads': 9, 'sched.gomaxprocs': 2 };

/** A CPU profile of the 2 s of step `high`, milliseconds by stack, innermost function first. */
function cpu(stacks: Readonly<Record<string, number>>): ProfileSample {
  const samples = Object.entries(stacks).map(([stack, ms]) =>
    sampleOf(stack.split(' < '), [BigInt(ms / 10), BigInt(ms * 1e6)]),
  );
  const about = {
    kind: 'profile',
    type: 'cpu',
    target: 'api-1',
    step: 2,
    atUs: 4e6,
    untilUs: 6e6,
    outcome: 'ok',
  } as const;
  return { ...about, content: encodeProfile(profileOf(samples)) };
}

/** Goroutines that wait in the step. */
function waiting(reason: string, frames: readonly string[], count: number): Sample {
  const groups = [{ count, reason, site: frames.at(-1) ?? '', frames }];
  return { kind: 'stacks', atUs: 5e6, target: 'api-1', total: count, groups };
}

describe('timers', () => {
  const busy = cpu({
    'time.sendTime < runtime.(*timer).unlockAndRun < runtime.(*timers).run < runtime.schedule < runtime.mcall': 1200,
    'runtime.mallocgc < time.newTimer < time.After < main.await < main.serve': 300,
    'runtime.futex < runtime.mcall': 1500,
  });

  it('that most of the scheduler is busy with are the cause, with who makes them', () => {
    const [first] = findingsOf({ api, host: full, more: [busy], highUs: slowUs });
    expect(first).toMatchObject({
      id: 'timer-storm',
      severity: 'warning',
      site: 'main.await',
      title: 'Timers keep api busy at step high: 50 % of its CPU, from main.await',
      evidence: [expect.stringContaining('50 % of its CPU in timers, 0.75 cores')],
      explains: expect.arrayContaining(['machine-cpu', 'hot-function']),
    });
  });

  it('are seen by rounds of the scheduler where no profile was taken, with where goroutines wait for them', () => {
    const shown = {
      api: { ...api, 'sched.switches_per_second': 1_600_000 },
      more: [waiting('chan receive', ['runtime.gopark', 'runtime.chanrecv', 'main.watch'], 2000)],
    };
    expect(findingOf('timer-storm', { ...shown, highUs: slowUs })).toMatchObject({
      severity: 'note',
      site: 'main.watch',
      title: 'Timers keep api busy at step high: 800 scheduler rounds for each answer, from main.watch',
    });
    const one = [waiting('select', ['runtime.gopark', 'runtime.selectgo', 'main.run'], 1)];
    expect(findingOf('timer-storm', { ...shown, more: one })).toBeUndefined();
  });

  it.each([
    [
      'a deadline for each request',
      { 'runtime.(*timers).addHeap < time.AfterFunc < main.serve': 50, 'main.work < main.serve': 2000 },
    ],
    ['a few in a service that is idle', { 'time.sendTime < runtime.(*timers).run': 50 }],
  ])('are no storm as %s', (_, stacks) => {
    expect(findingOf('timer-storm', { api, host: full, more: [cpu(stacks)], highUs: slowUs })).toBeUndefined();
  });

  it('are not what many rounds of locks and connections are', () => {
    const shown = { api: { ...api, 'sched.switches_per_second': 1_600_000 }, host: full };
    const more = [waiting('sync.Mutex.Lock', ['runtime.gopark', 'sync.(*Mutex).Lock', 'main.post'], 200)];
    expect(findingOf('timer-storm', { ...shown, more, highUs: slowUs })).toBeUndefined();
  });
});

describe('bytes', () => {
  const stack =
    'syscall.write < internal/poll.(*FD).Write < net.(*conn).Write < main.download < net/http.(*conn).serve';

  it('that most of the CPU moves are the cause, with what each answer costs', () => {
    const [first] = findingsOf({
      api,
      host: full,
      more: [cpu({ [stack]: 2600, 'runtime.mcall': 400 })],
      highUs: slowUs,
    });
    expect(first).toMatchObject({
      id: 'payload-bound',
      severity: 'warning',
      site: 'main.download',
      title: 'Moving bytes takes 86.7 % of the CPU of api at step high: 650 us for each answer, in main.download',
    });
  });

  it('are told with their number where it is known', () => {
    const sent = { ...api, 'container.network_tx_kib_s': 2_048_000 };
    const found = findingOf('payload-bound', { api: sent, more: [cpu({ [stack]: 2600 })] });
    expect(found?.severity).toBe('note');
    expect(found?.evidence[0]).toContain('1,024 KiB sent or taken for each');
  });

  it.each([
    ['a short answer, which is little else', { [stack]: 600, 'runtime.mcall': 400 }, {}],
    ['a part of the work', { [stack]: 1000, 'main.render < main.download': 2000 }, {}],
    ['a service whose network moves few', { [stack]: 2600 }, { 'container.network_tx_kib_s': 4000 }],
  ])('are nothing in %s', (_, stacks, network) => {
    expect(
      findingOf('payload-bound', { api: { ...api, ...network }, host: full, more: [cpu(stacks)], highUs: slowUs }),
    ).toBeUndefined();
  });
});
