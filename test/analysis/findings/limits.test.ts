import { describe, expect, it } from 'vitest';
import type { RunEvent, Sample } from '../../../src/model/sample.ts';
import { findingOf, findingsOf, slowUs } from '../../helpers/findings.ts';
import { window } from '../../helpers/raw-run.ts';

const event = (kind: string, atUs: number, message: string, target = 'api-1'): RunEvent => ({
  kind: 'event',
  atUs,
  target,
  event: kind,
  message,
});
const lost = window(2, 5_500_000, 0, 0, {
  planned: 300,
  completed: 0,
  failed: 300,
  errors: { 'connect ECONNREFUSED': 300 },
});

describe('a service that ends while the load runs', () => {
  it('is the cause, with the time and what users saw', () => {
    const ended = event('exit', 5_400_000, 'exited with code 2: panic: out of luck');
    expect(findingsOf({ more: [ended, lost] })[0]).toMatchObject({
      id: 'process-ended',
      severity: 'critical',
      title: 'api ended at 5.4 s, in step high',
      evidence: [
        '5.4 s, api-1: exited with code 2: panic: out of luck',
        'high: 300 of 4,300 arrivals were not answered well (6.98 %): connect ECONNREFUSED 300',
      ],
      steps: ['high'],
      explains: expect.arrayContaining(['failures', 'throughput-ceiling']),
    });
  });

  it('is told once, however often it was started again', () => {
    const again = [4.5e6, 4.9e6, 5.3e6].map((atUs) => event('restart', atUs, 'process 7 listens in its place'));
    const found = findingsOf({ more: again }).filter(({ id }) => id === 'process-ended');
    expect(found).toMatchObject([
      {
        title: 'api was started again at 4.5 s, in step high',
        evidence: [expect.stringContaining('; 3 times'), expect.anything()],
      },
    ]);
  });

  it('was killed where the kernel had no memory for it, which is not told twice', () => {
    const more = [
      event('oom', 5_400_000, 'out of memory: its limit is 64 MiB'),
      event('exit', 5_500_000, 'exited with code 137 (killed: out of memory)'),
      lost,
    ];
    const found = findingsOf({ more });
    expect(found[0]).toMatchObject({
      id: 'out-of-memory',
      role: 'limit',
      title: 'api was killed for want of memory at 5.4 s, in step high',
    });
    expect(found.map(({ id }) => id)).not.toContain('process-ended');
  });

  it('is known to be killed by how it ended, where the engine told of no kill', () => {
    const more = [event('exit', 5_500_000, 'exited with code 137 (killed: out of memory)')];
    expect(findingsOf({ more }).map(({ id }) => id)).toContain('out-of-memory');
  });

  it('is known to be killed although it was seen not to answer a moment before', () => {
    const more = [
      event('exit', 5_300_000, 'does not answer: connect ECONNREFUSED 10.0.0.7:6060'),
      event('exit', 5_500_000, 'container api was killed: out of memory (OOMKilled), its limit is 64Mi'),
    ];
    const found = findingsOf({ more }).map(({ id }) => id);
    expect(found).toContain('out-of-memory');
    expect(found).not.toContain('process-ended');
  });

  it('is not what the kernel killed elsewhere on the machine', () => {
    const more = [event('oom', 5_400_000, 'the kernel killed a process for want of memory', 'host')];
    expect(findingOf('out-of-memory', { more })?.severity).toBe('note');
  });
});

describe('open files', () => {
  const open = { 'proc.open_fds': 99, 'proc.fd_limit': 100, 'sock.established': 80 };

  it('that are as many as there may be are full', () => {
    expect(findingOf('fd-limit', { api: open, highUs: slowUs })).toMatchObject({
      role: 'limit',
      severity: 'critical',
      title: 'api has 99 of the 100 files open that it may, at step high',
      evidence: ['high, api-1: 99 of 100 files open, 80 of them established connections'],
      advice: expect.stringContaining('ulimit -n'),
    });
    expect(findingOf('fd-limit', { api: open })?.severity).toBe('note');
  });

  it('that are fewer are nothing', () => {
    expect(findingOf('fd-limit', { api: { ...open, 'proc.open_fds': 60 }, highUs: slowUs })).toBeUndefined();
  });
});

describe('a container near its memory limit', () => {
  it('is a fact', () => {
    const api = { 'container.memory_mib': 62, 'container.memory_limit_mib': 64 };
    expect(findingOf('memory-full', { api, highUs: slowUs })).toMatchObject({
      severity: 'note',
      title: 'api holds 62 of the 64 MiB that its container may have, at step high',
    });
    expect(findingOf('memory-full', { api: { ...api, 'container.memory_mib': 40 } })).toBeUndefined();
  });
});

describe('an accept queue', () => {
  const queue = { 'sock.accept_queue': 128, 'sock.accept_queue_limit': 128 };

  it('that is full keeps users waiting', () => {
    expect(findingOf('accept-queue-full', { api: queue, highUs: slowUs })).toMatchObject({
      severity: 'warning',
      title: 'api does not accept connections in time at step high: 128 wait, 128 may',
    });
  });

  it('that overflowed between looks is told by the count of the machine', () => {
    const shown = { api: { ...queue, 'sock.accept_queue': 70 }, host: { 'net.listen_overflows_per_second': 12 } };
    expect(findingOf('accept-queue-full', { ...shown, highUs: slowUs })?.evidence).toEqual([
      'high, api-1: up to 70 of 128 connections waited to be accepted, 12 per second found it full',
    ]);
  });

  const held = (frames: readonly string[], reason = 'select'): Sample => ({
    kind: 'stacks',
    atUs: 5e6,
    target: 'api-1',
    total: 1,
    groups: [{ count: 1, reason, site: frames[1] ?? '', frames: [...frames, 'net/http.(*Server).Serve', 'main.main'] }],
  });
  const acquire = [
    'runtime.gopark',
    'golang.org/x/net/netutil.(*limitListener).acquire',
    'golang.org/x/net/netutil.(*limitListener).Accept',
  ];
  const some = { 'sock.accept_queue': 60, 'sock.accept_queue_limit': 4096 };

  it('that fills because a limit on connections holds the listener says so, however long it may become', () => {
    expect(findingOf('accept-queue-full', { api: some, more: [held(acquire)], highUs: slowUs })).toMatchObject({
      severity: 'warning',
      site: 'golang.org/x/net/netutil.(*limitListener).acquire',
      title:
        'api does not accept connections in time at step high: 60 wait while its listener is held in netutil.(*limitListener).acquire',
      advice: expect.stringContaining('raise the limit above what clients keep open'),
    });
  });

  it.each([
    ['whose listener waits in the kernel', held([...acquire, 'internal/poll.(*FD).Accept'], 'IO wait'), some],
    ['whose listener has work', held(acquire, 'running or runnable'), some],
    ['behind a multiplexer that accepts for it', held(acquire), { ...some, 'sock.accept_queue': 0 }],
  ])('%s is nothing', (_, look, api) => {
    expect(findingOf('accept-queue-full', { api, more: [look], highUs: slowUs })).toBeUndefined();
  });

  it.each([
    ['is short', { ...queue, 'sock.accept_queue': 3 }, 12],
    ['is half full and never overflowed', { ...queue, 'sock.accept_queue': 70 }, 0],
  ])('that %s is nothing', (_, api, overflows) => {
    const host = { 'net.listen_overflows_per_second': overflows };
    expect(findingOf('accept-queue-full', { api, host, highUs: slowUs })).toBeUndefined();
  });
});

describe('TCP that sends again', () => {
  const again = (perSecond: number) => ({ 'net.retransmits_per_second': perSecond });

  it('is told where it is more than a few for each hundred answers', () => {
    expect(findingOf('tcp-retransmits', { api: again(90), highUs: slowUs })).toMatchObject({
      severity: 'warning',
      title: 'TCP of api sends 90 segments per second again at step high',
    });
    expect(findingOf('tcp-retransmits', { api: again(5), highUs: slowUs })).toBeUndefined();
  });
});

describe('storage', () => {
  const syncing: Sample = {
    kind: 'stacks',
    atUs: 5e6,
    target: 'api-1',
    total: 30,
    groups: [
      {
        count: 20,
        reason: 'syscall',
        site: 'main.(*journal).append',
        frames: [
          'syscall.Syscall',
          'syscall.Fsync',
          'internal/poll.(*FD).Fsync',
          'os.(*File).Sync',
          'main.(*journal).append',
          'main.save',
        ],
      },
    ],
  };
  const waits = { 'proc.io_delay_percent': 9_000, 'proc.write_kib_s': 4_000 };

  it('that threads wait for is a cause, with who makes them wait', () => {
    expect(findingOf('disk-waits', { api: waits, more: [syncing], highUs: slowUs })).toMatchObject({
      severity: 'warning',
      site: 'main.(*journal).append',
      title: 'api waits for storage at step high: 45 ms for each answer, in main.(*journal).append',
      evidence: ['high, api-1: 90 threads waited for storage on average, 4,000 KiB/s written'],
      share: 0.225,
    });
  });

  it('is seen by its pressure where the kernel does not account for threads', () => {
    const api = { 'proc.write_kib_s': 4_000 };
    const host = { 'host.io_pressure_some_percent': 80 };
    expect(findingOf('disk-waits', { api, host })?.severity).toBe('note');
  });

  it.each([
    ['the wait is next to none', { 'proc.io_delay_percent': 2 }, {}],
    ['another process waits for it', { 'proc.write_kib_s': 10 }, { 'host.io_pressure_some_percent': 80 }],
  ])('is nothing where %s', (_, api, host) => {
    expect(findingOf('disk-waits', { api, host, highUs: slowUs })).toBeUndefined();
  });
});
