import { describe, expect, test } from 'vitest';
import { blockingSyscalls } from '../../../src/analysis/findings/blocking-syscalls.ts';
import { waitsForCpu } from '../../../src/analysis/findings/cpu-wait.ts';
import { requestSleeps } from '../../../src/analysis/findings/request-sleeps.ts';
import { threadGrowth } from '../../../src/analysis/findings/thread-growth.ts';
import { evidence, step } from '../../helpers/evidence.ts';
import { background, companions, parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const blocked = (count: number) => request(count, parkedIn.syscall, 'shop/front.(*Disk).Sync');
const sleeping = (count: number) => request(count, parkedIn.sleep, 'shop/front.retry');
const values = (threads: number) => ({ 'front-1': { 'proc.threads': threads, 'sched.gomaxprocs': 2 } });
const calm = { rps: 100, responseMs: 10, stacks: { 'front-1': [blocked(1)] }, values: values(12) };

test('requests that wait ever longer in a system call are told with the function and the threads', () => {
  const jam = { rps: 400, answered: 200, responseMs: 500, stacks: { 'front-1': [blocked(98)] }, values: values(120) };
  expect(blockingSyscalls.find(madeEvidence([calm, jam]))).toMatchObject([
    {
      severity: 'critical',
      title: 'Requests wait 490 ms in a system call, in front.(*Disk).Sync of front',
      evidence: [expect.anything(), expect.anything(), 'front-1: 120 threads, 12 in at-100'],
      site: 'shop/front.(*Disk).Sync',
    },
  ]);
});

test('calls that take as long as ever, and keep others from running, are told where users pay for it, else as a note', () => {
  const stacks = { 'front-1': [blocked(40), request(40, parkedIn.running, 'shop/front.draw')] };
  const low = { rps: 400, responseMs: 100, stacks: { 'front-1': [blocked(40)] }, values: values(60) };
  const slow = { rps: 401, responseMs: 200, p99Ms: 900, stacks, values: values(60) };
  expect(blockingSyscalls.find(madeEvidence([low, slow]))).toMatchObject([
    {
      severity: 'warning',
      title: '40 requests at a time block in a system call and hold a thread each, in front.(*Disk).Sync of front',
      steps: ['at-401'],
      share: 0.998,
    },
  ]);
  expect(blockingSyscalls.find(madeEvidence([low, { ...slow, p99Ms: 210 }]))).toMatchObject([{ severity: 'note' }]);
});

test('calls that hold the Ps while others queue for one are told, and no CPU that is short', () => {
  const procs = {
    'proc.threads': 120,
    'sched.gomaxprocs': 2,
    'container.cpu_percent': 6,
    'proc.run_delay_percent': 20,
  };
  const low = { rps: 400, responseMs: 25, stacks: { 'front-1': [blocked(8)] }, values: values(20) };
  const held = (idle: number) => ({
    rps: 500,
    responseMs: 100,
    stacks: { 'front-1': [blocked(10)] },
    values: { 'front-1': { ...procs, 'sched.idleprocs': idle, 'sched.runqueue': 35 } },
  });
  const run = madeEvidence([low, held(0)]);
  expect(blockingSyscalls.find(run)).toMatchObject([
    {
      title: '10 requests at a time block in a system call and hold a thread each, in front.(*Disk).Sync of front',
      evidence: [
        expect.anything(),
        '35 more are runnable and wait for a P meanwhile',
        'front-1: calls hold 1.74 of 2 Ps, which nobody else can use until they are taken back, while it uses 0.06 cores',
        expect.anything(),
      ],
      share: 0.9,
    },
  ]);
  expect(run.steps.slice(1).some((step) => waitsForCpu(step, run.waits))).toBe(false);
  const idle = madeEvidence([low, held(1.5)]);
  expect(blockingSyscalls.find(idle)).toEqual([]);
  expect(idle.steps.slice(1).some((step) => waitsForCpu(step, idle.waits))).toBe(true);
});

test('few calls that hold all of few Ps are told, however few threads they need', () => {
  const held = { 'sched.idleprocs': 0.2, 'container.cpu_percent': 5, 'proc.run_delay_percent': 2 };
  const at = (rps: number, p99Ms: number) => ({
    rps,
    responseMs: 28,
    p99Ms,
    stacks: { 'front-1': [blocked((rps * 20) / 1000)] },
    values: { 'front-1': { 'proc.threads': 27, 'sched.gomaxprocs': 2, 'sched.runqueue': 2, ...held } },
  });
  const run = madeEvidence([at(200, 24), at(800, 105)]);
  expect(blockingSyscalls.find(run)).toMatchObject([{ severity: 'warning', steps: ['at-800'], targets: ['front-1'] }]);
  expect(blockingSyscalls.find(madeEvidence([at(200, 24), at(800, 40)]))).toMatchObject([{ severity: 'note' }]);
});

test('many threads are told with the function that holds them; a note where nobody pays', () => {
  const many = { rps: 400, responseMs: 20, stacks: { 'front-1': [blocked(40)] }, values: values(60) };
  expect(threadGrowth.find(madeEvidence([calm, many]))).toMatchObject([
    {
      severity: 'note',
      title: 'System calls hold 60 threads of front-1, most in shop/front.(*Disk).Sync',
      steps: ['at-400'],
    },
  ]);
  expect(threadGrowth.find(madeEvidence([calm]))).toEqual([]);
});

test('requests that sleep ever longer are told; those that sleep as long as ever are not', () => {
  const longer = { rps: 200, answered: 150, responseMs: 400, stacks: { 'front-1': [sleeping(60)] } };
  const low = { rps: 100, responseMs: 50, stacks: { 'front-1': [sleeping(5)] } };
  expect(requestSleeps.find(madeEvidence([low, longer]))).toMatchObject([
    { title: 'Requests sleep 400 ms, in front.retry of front', site: 'shop/front.retry' },
  ]);
  expect(requestSleeps.find(madeEvidence([low, { ...low, rps: 400, stacks: { 'front-1': [sleeping(20)] } }]))).toEqual(
    [],
  );
});

test('what requests sleep in a single step that broke may be all that they ever do', () => {
  const broken = { rps: 200, answered: 150, responseMs: 400, stacks: { 'front-1': [sleeping(60)] } };
  expect(requestSleeps.find(madeEvidence([broken]))).toEqual([]);
});

test('tickers and signal loops are no requests that sleep or block', () => {
  const idle = [
    background(300, parkedIn.sleep, 'shop/front.tick'),
    background(300, parkedIn.syscall, 'os/signal.loop'),
    companions.keptAlive(9),
  ];
  const run = madeEvidence([{ rps: 400, answered: 200, responseMs: 500, stacks: { 'front-1': idle } }]);
  expect([...blockingSyscalls.find(run), ...requestSleeps.find(run)]).toEqual([]);
});

describe('threads of which nobody tells more', () => {
  const many = (target: string, values: Readonly<Record<string, number>>, cores: number) =>
    evidence({ steps: [step(0, { rps: 100, targets: { [target]: values, host: { 'host.cores': cores } } })] });

  test('are no goroutines in system calls where the program is none of Go', () => {
    expect(threadGrowth.find(many('api-1', { 'proc.threads': 300 }, 2))).toEqual([]);
    expect(threadGrowth.find(many('api-1', { 'proc.threads': 300, 'go.goroutines': 20 }, 2))).toMatchObject([
      { title: 'api-1 has 300 threads, many more than it has Ps' },
    ]);
  });

  test('are held against the cores of the machine where nobody tells the Ps', () => {
    expect(threadGrowth.find(many('api-1', { 'go.threads': 120 }, 16))).toEqual([]);
    expect(threadGrowth.find(many('api-1', { 'go.threads': 120 }, 4))).toHaveLength(1);
  });
});
