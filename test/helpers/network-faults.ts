/** What every engine promises of faults of the network that it claims, held against three services that call each other. */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { runVariable } from '../../src/host/owner.ts';
import { findProcesses } from '../../src/host/processes.ts';
import type { TopologyEngine } from '../../src/model/contracts.ts';
import type { FaultAction } from '../../src/model/fault.ts';
import type { RunningTopology } from '../../src/model/topology.ts';
import type { ComposeTopology } from '../../src/model/topology-spec.ts';
import { testRun } from '../helpers/run-context.ts';

const compose = fileURLToPath(new URL('../fixtures/peers/compose.yaml', import.meta.url));
const timeout = 90_000;

interface Called {
  readonly ms: number;
  readonly status?: number;
  readonly error?: string;
  readonly isReset?: boolean;
  readonly isLate?: boolean;
}

const b = { service: 'b' } as const;
/** Of a call that nobody answers; all others may take what a busy machine takes. */
const lateMs = 700;

/** What an engine promises of faults on the way between services; `isHere` is whether this machine has it. */
export function networkFaults(engine: TopologyEngine, isHere: boolean): void {
  describe(engine.kind, () => {
    const running: RunningTopology[] = [];
    afterEach(() => Promise.all(running.splice(0).map((topology) => topology.down())), timeout);

    function itDoes(action: FaultAction, name: string, test: (action: FaultAction) => Promise<void>): void {
      const claims = engine.faultMistake !== undefined && engine.faultMistake(action) === undefined;
      it.skipIf(!isHere || !claims)(`${action.kind} ${name}`, { timeout }, () => test(action));
    }

    async function up(action: FaultAction) {
      const run = testRun();
      const spec: ComposeTopology = { engine: 'auto', compose, scale: {}, env: {}, readyTimeoutMs: 30_000 };
      const faults = [{ name: 'the-fault', atMs: 0, action }];
      const topology = await engine.up(spec, [], run.context, { faults, asked: [], loadTo: 'a' });
      running.push(topology);
      const urlOf = (service: string) =>
        topology.targets.find((target) => target.service === service)?.ports['8080'] ?? '';
      /** How the call of one service to another goes, as the first sees it. */
      const call = async (from: string, to: string, more = '', ms = 15_000): Promise<Called> => {
        const asked = `${urlOf(from)}/call?to=${to.toUpperCase()}&timeout=${ms}${more}`;
        return (await (await fetch(asked)).json()) as Called;
      };
      const calls = async (from: string, to: string, count: number, more = '') => {
        const all: Called[] = [];
        for (let index = 0; index < count; index++) all.push(await call(from, to, more));
        return all;
      };
      const inject = async (...services: string[]) => {
        const targets = topology.targets.filter((target) => services.includes(target.service));
        const fault = await topology.faults?.inject(action, targets, run.context.signal);
        return { message: fault?.message ?? '', undo: () => fault?.undo?.(run.context.signal) };
      };
      return { run, topology, urlOf, call, calls, inject };
    }

    const fastest = (all: readonly Called[]) => Math.min(...all.map(({ ms }) => ms));

    itDoes(
      { kind: 'network', to: b, from: 'a', latencyMs: 150 },
      'latency is had by requests of that service alone, also on connections that are open',
      async (action) => {
        const { calls, inject } = await up(action);
        expect(fastest(await calls('a', 'b', 3))).toBeLessThan(150);
        const fault = await inject('b');
        const late = await calls('a', 'b', 3);
        expect(late.map(({ status }) => status)).toEqual([404, 404, 404]);
        expect(fastest(late)).toBeGreaterThanOrEqual(150);
        // A connection that is new is late, and what it brings is late again.
        expect(fastest(await calls('a', 'b', 2, '&fresh=1'))).toBeGreaterThanOrEqual(300);
        expect(fastest(await calls('c', 'b', 3))).toBeLessThan(150);
        expect(fastest(await calls('a', 'c', 3))).toBeLessThan(150);
        await fault.undo();
        expect(fastest(await calls('a', 'b', 3))).toBeLessThan(150);
      },
    );

    itDoes(
      { kind: 'network', to: b, from: 'a', loss: 0.3 },
      'loss has the kernel send again what that service lost, which takes it 200 ms or more',
      async (action) => {
        const { call, calls, inject } = await up(action);
        expect(fastest(await calls('a', 'b', 3, '&fresh=1'))).toBeLessThan(200);
        const fault = await inject('b');
        const all: Called[] = [];
        for (let index = 0; index < 12; index++) all.push(await call('a', 'b', '&fresh=1'));
        // Five packets or more of each call may be lost: ten of twelve calls are late on average, and all come through in the end.
        expect(all.filter(({ ms }) => ms >= 200).length).toBeGreaterThanOrEqual(3);
        expect(all.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(6);
        expect(fastest(await calls('c', 'b', 3, '&fresh=1'))).toBeLessThan(200);
        await fault.undo();
        expect(fastest(await calls('a', 'b', 3, '&fresh=1'))).toBeLessThan(200);
      },
    );

    itDoes(
      { kind: 'network', to: b, bytesPerSecond: 100_000 },
      'bandwidth is what passes in a second',
      async (action) => {
        const { calls, inject } = await up(action);
        const path = '&path=/bytes?count=50000';
        expect(fastest(await calls('a', 'b', 2, path))).toBeLessThan(450);
        const fault = await inject('b');
        expect(fastest(await calls('a', 'b', 1, path))).toBeGreaterThanOrEqual(450);
        await fault.undo();
        expect(fastest(await calls('a', 'b', 2, path))).toBeLessThan(450);
      },
    );

    itDoes(
      { kind: 'network', to: b, cut: 'reset' },
      'reset ends connections, open ones and new ones',
      async (action) => {
        const { call, calls, inject } = await up(action);
        await call('a', 'b');
        const fault = await inject('b');
        const all = await calls('a', 'b', 2, '&fresh=1');
        expect(all).toMatchObject([{ isReset: true }, { isReset: true }]);
        expect(await call('c', 'b')).toMatchObject({ isReset: true });
        expect((await call('a', 'c')).status).toBe(404);
        await fault.undo();
        expect((await call('a', 'b')).status).toBe(404);
      },
    );

    itDoes(
      { kind: 'network', to: b, cut: 'blackhole' },
      'blackhole has everybody wait, on open connections as on new ones, and lets what waits go on',
      async (action) => {
        const { call, inject } = await up(action);
        await call('a', 'b');
        const fault = await inject('b');
        expect((await call('a', 'b', '', lateMs)).isLate).toBe(true);
        expect((await call('a', 'b', '&fresh=1', lateMs)).isLate).toBe(true);
        // The kernel sends again what was lost, later each time.
        const waiting = call('c', 'b');
        await fault.undo();
        expect(await waiting).toMatchObject({ status: 404 });
        expect((await call('a', 'b')).status).toBe(404);
      },
    );

    itDoes(
      { kind: 'partition', groups: [[{ service: 'a', replica: 1 }], [{ service: 'b', replica: 1 }]] },
      'cuts each group off from the other, and nobody else',
      async (action) => {
        const { call, inject } = await up(action);
        await call('a', 'b');
        const fault = await inject('a', 'b');
        expect((await call('a', 'b', '', lateMs)).isLate).toBe(true);
        expect((await call('b', 'a', '', lateMs)).isLate).toBe(true);
        for (const [from = '', to = ''] of ['ac', 'ca', 'bc', 'cb']) expect((await call(from, to)).status).toBe(404);
        await fault.undo();
        expect((await call('a', 'b')).status).toBe(404);
        expect((await call('b', 'a')).status).toBe(404);
      },
    );

    itDoes({ kind: 'error', of: b, status: 503, share: 0.25 }, 'answers exactly its share', async (action) => {
      const { calls, inject } = await up(action);
      await calls('a', 'b', 2);
      const fault = await inject('b');
      const statuses = (await calls('a', 'b', 20)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 503)).toHaveLength(5);
      expect(statuses.filter((status) => status === 404)).toHaveLength(15);
      expect((await calls('c', 'b', 4)).filter(({ status }) => status === 503)).toHaveLength(1);
      await fault.undo();
      expect((await calls('a', 'b', 8)).map(({ status }) => status)).toEqual(Array(8).fill(404));
    });

    itDoes({ kind: 'slow', of: b, byMs: 150, share: 0.5 }, 'holds exactly its share back', async (action) => {
      const { calls, inject } = await up(action);
      const fault = await inject('b');
      const all = await calls('a', 'b', 6);
      expect(all.map(({ status }) => status)).toEqual(Array(6).fill(404));
      expect(all.filter(({ ms }) => ms >= 150)).toHaveLength(3);
      await fault.undo();
      expect(fastest(await calls('a', 'b', 3))).toBeLessThan(150);
    });

    itDoes(
      { kind: 'network', to: b, cut: 'blackhole' },
      'is taken back when all is taken down, and leaves nothing',
      async (action) => {
        const { run, topology, inject } = await up(action);
        await inject('b');
        await topology.down();
        const left = findProcesses(runVariable, [runVariable]).filter(
          ({ variables }) => variables[runVariable] === run.context.runId,
        );
        expect(left).toEqual([]);
      },
    );
  });
}
