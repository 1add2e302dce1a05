import { describe, expect, it } from 'vitest';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import type { ProfileSample, Sample, StackGroup } from '../../../src/model/sample.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';
import { findingOf, findingsOf, slowUs } from '../../helpers/findings.ts';
import { window } from '../../helpers/raw-run.ts';

const full = { 'host.cores': 4, 'host.cpu_percent': 97, 'host.idle_percent': 3, 'host.steal_percent': 0 };
const local = (percent: number) => ({ 'container.cpu_percent': percent, 'proc.threads': 9 });

/** A CPU profile of 2 s in the step, milliseconds by stack, innermost function first. */
function cpu(step: 1 | 2, stacks: Readonly<Record<string, number>>): ProfileSample {
  const samples = Object.entries(stacks).map(([stack, ms]) =>
    sampleOf(stack.split(' < '), [BigInt(ms / 10), BigInt(ms * 1e6)]),
  );
  const atUs = step * 2e6;
  return {
    kind: 'profile',
    type: 'cpu',
    target: 'api-1',
    step,
    atUs,
    untilUs: atUs + 2e6,
    outcome: 'ok',
    content: encodeProfile(profileOf(samples)),
  };
}

describe("a machine's CPU that is used up", () => {
  it('is named with whose it was', () => {
    const [first] = findingsOf({
      api: { ...local(290), 'proc.run_delay_percent': 300, 'sched.runqueue': 97 },
      host: full,
      highUs: slowUs,
    });
    expect(first).toMatchObject({
      id: 'machine-cpu',
      role: 'limit',
      severity: 'warning',
      title: "The machine's CPU is used up at step high: of 4 cores, 2.9 by api, 0.2 by the generator, 0.78 by others",
      evidence: ['high: 3 % of 4 cores idle; 2.9 by api, 0.2 by the generator, 0.78 by others'],
      targets: ['api-1'],
      share: 0.25,
    });
  });

  it('is of the processes that a service starts, where those have most of it', () => {
    const api = { ...local(40), 'proc.cpu_children_percent': 290, 'proc.run_delay_percent': 300, 'sched.runqueue': 97 };
    const found = findingOf('machine-cpu', { api, host: full, highUs: slowUs });
    expect(found?.title).toContain('of 4 cores, 3.3 by api,');
    expect(found?.advice).toMatch(
      /^Do less work per request in the processes that api starts, 2\.9 cores, which its CPU profile does not show, /,
    );
    const few = { ...api, 'container.cpu_percent': 290, 'proc.cpu_children_percent': 40 };
    expect(findingOf('machine-cpu', { api: few, host: full, highUs: slowUs })?.advice).toContain(
      'in api (its CPU profile says where)',
    );
  });

  it('is a fact where requests wait for something else, however full it is', () => {
    const api = { ...local(290), 'proc.run_delay_percent': 100, 'sched.runqueue': 2 };
    expect(findingOf('machine-cpu', { api, host: full, highUs: slowUs })?.severity).toBe('note');
    const taken = { ...api, 'container.cpu_percent': 60 };
    expect(findingOf('noisy-host', { api: taken, host: full, highUs: slowUs })?.severity).toBe('note');
  });

  it('is a fact where a quota stops what is runnable', () => {
    const api = { ...local(60), 'sched.runqueue': 190, 'container.throttled_percent': 70 };
    expect(findingOf('noisy-host', { api, host: full, highUs: slowUs })?.severity).toBe('note');
  });

  it('is a fact where answers fail at once', () => {
    const more = [window(2, 5_500_000, 0, 0, { planned: 900, failed: 900 })];
    expect(findingOf('machine-cpu', { api: local(290), host: full, more })?.severity).toBe('note');
  });

  it.each([
    ['nobody paid for is a fact', { api: local(290), host: full }, 'note'],
    [
      'is not used up is none',
      { api: local(150), host: { ...full, 'host.idle_percent': 40 }, highUs: slowUs },
      undefined,
    ],
    ['was not looked at is none', { api: local(390), highUs: slowUs }, undefined],
  ])('that %s', (_, shown, severity) => {
    expect(findingOf('machine-cpu', shown)?.severity).toBe(severity);
  });

  it('is taken by others where they have most of it', () => {
    const [first, second] = findingsOf({ api: local(60), host: full, highUs: slowUs });
    expect(first).toMatchObject({
      id: 'noisy-host',
      role: 'limit',
      severity: 'warning',
      title: "What is not of the run takes 77 % of the machine's CPU at step high",
    });
    expect(second?.id).toBe('machine-cpu');
  });

  describe('of which it is not seen whether services have it', () => {
    const unseen = { 'container.cpu_percent': 310 };

    it('is not taken by others where a service may be what is busy', () => {
      const [first, ...rest] = findingsOf({ api: unseen, host: full, highUs: slowUs });
      expect(rest.map(({ id }) => id)).not.toContain('noisy-host');
      expect(first).toMatchObject({
        id: 'machine-cpu',
        severity: 'warning',
        title:
          "The machine's CPU is used up at step high: of 4 cores, 3.1 by api, if on this machine, 0.2 by the generator, 0.58 by others",
        advice: expect.stringContaining('Do less work per request in api '),
        targets: [],
      });
    });

    it('is shared with others as far as the services cannot account for it', () => {
      const some = { 'container.cpu_percent': 60 };
      expect(findingOf('noisy-host', { api: some, host: full, highUs: slowUs })).toMatchObject({
        role: 'limit',
        title: "What is not of the run takes 77 % of the machine's CPU at step high",
        evidence: [
          'high: others 77 %, hypervisor 0 %, the services 0 %, services that may run elsewhere 15 %, the generator 5 %, idle 3 %',
        ],
      });
    });

    it('is a fact where nobody tells the CPU of a service', () => {
      const found = findingsOf({ host: full, highUs: slowUs });
      expect(found.find(({ id }) => id === 'noisy-host')).toMatchObject({
        severity: 'note',
        role: 'measurement',
        title: "What is not seen to be of the run takes 92 % of the machine's CPU at step high",
        advice: expect.stringMatching(/^It may be services of the run: /),
      });
      expect(found.find(({ id }) => id === 'machine-cpu')).toMatchObject({
        title: expect.stringContaining('3.68 by others or services that are not seen'),
        advice: expect.not.stringContaining('end what else runs'),
      });
    });

    it('is taken by the hypervisor whoever else is not seen', () => {
      const host = { ...full, 'host.cpu_percent': 30, 'host.steal_percent': 68, 'host.idle_percent': 2 };
      expect(findingOf('noisy-host', { host, highUs: slowUs })?.role).toBe('limit');
    });
  });

  it('is taken by the hypervisor where that has it', () => {
    const host = { ...full, 'host.cpu_percent': 30, 'host.steal_percent': 68, 'host.idle_percent': 2 };
    expect(findingOf('noisy-host', { api: local(90), host, highUs: slowUs })).toMatchObject({
      role: 'limit',
      title: "The hypervisor takes 68 % of the machine's CPU at step high",
    });
  });

  it('that others use only a part of is a fact', () => {
    const host = { ...full, 'host.cpu_percent': 60, 'host.idle_percent': 40 };
    expect(findingOf('noisy-host', { api: local(60), host, highUs: slowUs })).toMatchObject({
      role: 'measurement',
      severity: 'note',
    });
    expect(findingOf('noisy-host', { api: local(200), host, highUs: slowUs })).toBeUndefined();
  });
});

describe('a generator whose loop can do no more', () => {
  const generator = { loopUtilisation: 1, cpuPercent: 99 };

  it('is what gave way', () => {
    expect(findingOf('generator-limit', { generator, highUs: slowUs })).toMatchObject({
      role: 'limit',
      severity: 'warning',
      title: 'The generator can do no more from step high on: its event loop is busy 100 % of the time',
    });
  });

  it('is a fact where nobody waited, and none where it had time', () => {
    expect(findingOf('generator-limit', { generator })?.severity).toBe('note');
    expect(findingOf('generator-limit', { generator: { loopUtilisation: 0.5 }, highUs: slowUs })).toBeUndefined();
  });
});

describe('a function that has most of the CPU', () => {
  const low = cpu(1, {
    'regexp.match < shop/price.Find < main.handle < net/http.serve': 200,
    'runtime.park < runtime.mcall': 40,
  });
  const high = cpu(2, {
    'regexp.match < shop/price.Find < main.handle < net/http.serve': 3200,
    'runtime.park < runtime.mcall': 200,
  });
  const api = { ...local(170), 'sched.gomaxprocs': 2, 'sched.runqueue': 20, 'sched.idleprocs': 0 };
  const some = { ...full, 'host.cpu_percent': 50, 'host.idle_percent': 50 };

  it('is the cause where CPU is what is short, with what it costs and how that grew', () => {
    expect(
      findingOf('hot-function', { api, apiBefore: local(12), host: some, more: [low, high], highUs: slowUs }),
    ).toMatchObject({
      severity: 'warning',
      site: 'shop/price.Find',
      title:
        'shop/price.Find takes 94.1 % of the CPU of api at step high: 800 us for each answer, 8 times as much as at low',
      ruledOut: ['Waiting: CPU is what is short there: 20 runnable on average, 0 of 2 Ps idle'],
      advice: expect.stringContaining('most of its time is in regexp.match'),
      explains: expect.arrayContaining(['run-queue-backlog', 'machine-cpu']),
    });
  });

  it('is a fact where CPU is left, whatever broke', () => {
    const idle = { ...local(170), 'sched.gomaxprocs': 4, 'sched.idleprocs': 2 };
    expect(findingOf('hot-function', { api: idle, host: some, more: [low, high], highUs: slowUs })?.severity).toBe(
      'note',
    );
  });

  it('is a fact where it took as much of the CPU while nobody was harmed', () => {
    const before = cpu(1, { 'shop/price.Find < main.handle': 3000 });
    const shown = { api, apiBefore: api, host: full, more: [before, high], highUs: slowUs };
    expect(findingOf('hot-function', shown)?.severity).toBe('note');
  });

  it('is the cause as well where its cost grew into the answer, whatever CPU is left', () => {
    const [before, after] = [
      cpu(1, { 'shop/price.Find < main.handle': 100 }),
      cpu(2, { 'shop/price.Find < main.handle': 1200 }),
    ];
    const shown = { api: local(30), apiBefore: local(5), host: some, more: [before, after] };
    expect(findingOf('hot-function', { ...shown, highUs: 900 })?.severity).toBe('note');
    expect(findingOf('hot-function', { ...shown, lowUs: 100, highUs: 900 })?.severity).toBe('warning');
    expect(findingOf('hot-function', { ...shown, highUs: slowUs })?.severity).toBe('note');
  });

  it('is a fact where the machine is full of something else', () => {
    const little = cpu(2, { 'shop/price.Find < main.handle': 600 });
    const shown = { api: local(30), host: full, more: [little], highUs: slowUs };
    expect(findingOf('hot-function', shown)?.severity).toBe('note');
  });

  const yielding = 'runtime.schedule < runtime.goschedImpl < runtime.gosched_m < runtime.mcall';
  const waits: StackGroup = {
    count: 200,
    reason: 'running or runnable',
    site: 'shop/price.(*Spin).Lock',
    frames: ['runtime.Gosched', 'shop/price.(*Spin).Lock', 'main.handle', 'net/http.serverHandler.ServeHTTP'],
  };
  const look: Sample = { kind: 'stacks', atUs: 5e6, target: 'api-1', total: 200, groups: [waits] };

  it('is the one in which requests wait awake, and is not to be cheaper but to wait', () => {
    const spun = cpu(2, { [yielding]: 2800, 'shop/price.(*Spin).Lock < main.handle': 200, 'main.handle': 300 });
    expect(findingOf('hot-function', { api, host: some, more: [spun, look], highUs: slowUs })).toMatchObject({
      severity: 'warning',
      site: 'shop/price.(*Spin).Lock',
      title: expect.stringMatching(/^shop\/price\.\(\*Spin\)\.Lock takes 84\.8 % of the CPU of api at step high/),
      advice: expect.stringMatching(/^Wait in shop\/price\.\(\*Spin\)\.Lock for what is to come with a mutex, /),
      explains: expect.arrayContaining(['run-queue-backlog']),
    });
  });

  it('is not the one that gives others a turn now and then, wherever its goroutines are seen', () => {
    const polite = cpu(2, { 'shop/price.Find < main.handle': 3000, [yielding]: 400 });
    expect(findingOf('hot-function', { api, host: some, more: [polite, look], highUs: slowUs })).toMatchObject({
      site: 'shop/price.Find',
      advice: expect.stringMatching(/^Make shop\/price\.Find cheaper/),
    });
  });

  it.each([
    ['is spread over many', { 'a/b.One < main.one': 300, 'a/b.Two < main.two': 300, 'a/b.Three < main.three': 300 }],
    ['is of the runtime and its library only', { 'runtime.memmove < net/http.serve': 3000 }],
    ['is next to none', { 'shop/price.Find < main.handle': 100 }],
  ])('is none where CPU %s', (_, stacks) => {
    expect(findingOf('hot-function', { api, host: some, more: [cpu(2, stacks)], highUs: slowUs })).toBeUndefined();
  });
});
