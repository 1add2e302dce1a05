/** What every engine promises of the faults that it claims, held against each of them with the same two services. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { connectDocker } from '../../src/host/docker.ts';
import { runVariable } from '../../src/host/owner.ts';
import { type GroupLimits, readProcessUse } from '../../src/host/proc-fs.ts';
import { findProcesses } from '../../src/host/processes.ts';
import type { AskedFaults, TopologyEngine } from '../../src/model/contracts.ts';
import type { FaultAction } from '../../src/model/fault.ts';
import type { FaultInForce, LogLine, RunningTopology, Target, TargetChange } from '../../src/model/topology.ts';
import type { ComposeTopology } from '../../src/model/topology-spec.ts';
import { hasDocker } from '../helpers/docker.ts';
import { type TestRun, testRun } from '../helpers/run-context.ts';

const compose = fileURLToPath(new URL('../fixtures/services/compose.yaml', import.meta.url));
const timeout = 90_000;
const mib = 1024 ** 2;
/** Long enough for any answer, short beside the wait for one that does not come. */
const answerMs = 400;

/** Processes and things of Docker that belong to a run. */
async function thingsOf({ context }: TestRun): Promise<string[]> {
  const processes = findProcesses(runVariable, [runVariable])
    .filter(({ variables }) => variables[runVariable] === context.runId)
    .map(({ pid }) => `process ${pid}`);
  const things = hasDocker ? await connectDocker(context.env).things(`dev.rampart.run=${context.runId}`) : [];
  return [...processes, ...things.map(({ id }) => id)].sort();
}

async function limitsOf({ pid, containerId }: Target): Promise<GroupLimits | undefined> {
  if (containerId !== undefined) return (await connectDocker(process.env).inspect(containerId)).limits;
  return (await readProcessUse(pid ?? 0)).limits;
}

/** What only this process of the replica says; undefined where nobody answers. */
async function selfOf({ ports }: Target): Promise<string | undefined> {
  try {
    return await (await fetch(`${ports['8080']}/self`, { signal: AbortSignal.timeout(answerMs) })).text();
  } catch {
    return undefined;
  }
}

async function ask({ ports }: Target, path: string): Promise<string> {
  return await (await fetch(`${ports['8080']}${path}`)).text();
}

const one = { service: 'back', replica: 2 } as const;

/** What an engine promises of the faults that it claims; `isHere` is whether this machine has it. */
export function topologyFaults(engine: TopologyEngine, isHere: boolean): void {
  describe(engine.kind, () => {
    const running: RunningTopology[] = [];
    afterEach(() => Promise.all(running.splice(0).map((topology) => topology.down())), timeout);

    /** A test of a fault that the engine claims. */
    function itDoes(action: FaultAction, name: string, test: (action: FaultAction) => Promise<void>): void {
      const claims = engine.faultMistake !== undefined && engine.faultMistake(action) === undefined;
      it.skipIf(!isHere || !claims)(`${action.kind} ${name}`, { timeout }, () => test(action));
    }

    async function up(actions: readonly FaultAction[], run = testRun(), changes: Partial<ComposeTopology> = {}) {
      const spec: ComposeTopology = { engine: 'auto', compose, scale: {}, env: {}, readyTimeoutMs: 30_000, ...changes };
      const topology = await engine.up(spec, [], run.context, askedOf(actions));
      running.push(topology);
      const target = (id: string) => {
        const found = topology.targets.find((each) => each.id === id);
        if (!found) throw new Error(`no target ${id}`);
        return found;
      };
      const inject = async (action: FaultAction, ...ids: string[]): Promise<FaultInForce> => {
        if (!topology.faults) throw new Error('nothing can be done to it');
        return await topology.faults.inject(action, ids.map(target), run.context.signal);
      };
      const undo = (fault: FaultInForce) => fault.undo?.(run.context.signal);
      const changes_: TargetChange[] = [];
      topology.onChange((change) => changes_.push(change));
      const lines: LogLine[] = [];
      topology.onLog((line) => lines.push(line));
      const printed = (id: string, text: string) => lines.filter((line) => line.target === id && line.text === text);
      return { run, topology, target, inject, undo, printed, changes: changes_ };
    }

    itDoes(
      { kind: 'kill', of: one },
      'takes it away at once, and brings another process to its place',
      async (action) => {
        const { target, inject, undo, printed, changes } = await up([action]);
        const back = target('back-2');
        const before = await selfOf(back);
        const fault = await inject(action, 'back-2');
        expect(back.isAway).toBe(true);
        expect(await selfOf(back)).toBeUndefined();
        expect(fault.message).toContain('back-2');
        await undo(fault);
        expect(back.isAway).toBeFalsy();
        expect(await selfOf(back)).not.toBe(before);
        await expect.poll(() => printed('back-2', 'hello on stdout')).toHaveLength(2);
        expect(printed('back-2', 'asked to stop')).toEqual([]);
        expect(changes.filter(({ event }) => event === 'exit')).toEqual([]);
        expect(await selfOf(target('back-1'))).toBeDefined();
      },
    );

    itDoes({ kind: 'pause', of: one }, 'has it stand still, and go on as the same process', async (action) => {
      const { target, inject, undo, changes } = await up([action]);
      const back = target('back-2');
      const before = await selfOf(back);
      const fault = await inject(action, 'back-2');
      expect(back.isAway).toBe(true);
      expect(await selfOf(back)).toBeUndefined();
      await undo(fault);
      expect(back.isAway).toBeFalsy();
      expect(await selfOf(back)).toBe(before);
      expect(changes).toEqual([]);
    });

    itDoes(
      { kind: 'restart', of: { service: 'back' } },
      'stops each in good order and is over when all are ready',
      async (action) => {
        const { target, inject, printed, changes } = await up([action]);
        const both = [target('back-1'), target('back-2')];
        const before = await Promise.all(both.map(selfOf));
        const fault = await inject(action, 'back-1', 'back-2');
        expect(fault.undo).toBeUndefined();
        for (const [index, back] of both.entries()) {
          expect(back.isAway).toBeFalsy();
          const now = await selfOf(back);
          expect(now).toBeDefined();
          expect(now).not.toBe(before[index]);
          await expect.poll(() => printed(back.id, 'asked to stop')).toHaveLength(1);
        }
        expect(changes.filter(({ event }) => event === 'exit')).toEqual([]);
      },
    );

    itDoes(
      { kind: 'scale', service: 'back', replicas: 4 },
      'brings replicas that were away, and takes them again',
      async (action) => {
        const { topology, target, inject, undo } = await up([action]);
        expect(topology.targets.map(({ id }) => id)).toEqual(['back-1', 'back-2', 'back-3', 'back-4', 'front-1']);
        const isThere = () => topology.targets.map((each) => !each.isAway);
        expect(isThere()).toEqual([true, true, false, false, true]);
        const before = await selfOf(target('back-1'));
        const fault = await inject(action);
        expect(isThere()).toEqual([true, true, true, true, true]);
        for (const id of ['back-3', 'back-4']) expect(await selfOf(target(id))).toBeDefined();
        await undo(fault);
        expect(isThere()).toEqual([true, true, false, false, true]);
        expect(await selfOf(target('back-3'))).toBeUndefined();
        expect(await selfOf(target('back-1'))).toBe(before);
      },
    );

    itDoes(
      { kind: 'scale', service: 'back', replicas: 1 },
      'down stops the highest numbers, and brings them back',
      async (action) => {
        const { target, inject, undo, printed } = await up([action]);
        const fault = await inject(action);
        expect([target('back-1').isAway, target('back-2').isAway]).toEqual([false, true]);
        expect(await selfOf(target('back-2'))).toBeUndefined();
        await expect.poll(() => printed('back-2', 'asked to stop')).toHaveLength(1);
        await undo(fault);
        expect(await selfOf(target('back-2'))).toBeDefined();
      },
    );

    itDoes(
      { kind: 'cpu', of: one, cores: 0.2 },
      'leaves it no more than these cores, and then as many as before',
      async (action) => {
        const { target, inject, undo } = await up([action]);
        const back = target('back-2');
        const before = await selfOf(back);
        const limits = (await limitsOf(back))?.cpus;
        const fault = await inject(action, 'back-2');
        expect((await limitsOf(back))?.cpus).toBeCloseTo(0.2, 2);
        // What it may use is a limit from above, however busy the machine is; a period of 100 ms may hang over at each end.
        expect(Number(await ask(back, '/spin?ms=2000'))).toBeLessThan(2000 * 0.2 + 200);
        await undo(fault);
        expect((await limitsOf(back))?.cpus).toBe(limits);
        expect(await selfOf(back)).toBe(before);
      },
    );

    itDoes({ kind: 'cpu', of: one, burners: 2 }, 'is busy beside it, and no longer', async (action) => {
      const { run, target, inject, undo } = await up([action]);
      const before = await thingsOf(run);
      const fault = await inject(action, 'back-2');
      expect((await thingsOf(run)).length).toBeGreaterThan(before.length);
      expect(await selfOf(target('back-2'))).toBeDefined();
      await undo(fault);
      expect(await thingsOf(run)).toEqual(before);
    });

    itDoes(
      { kind: 'memory', of: one, limitBytes: 64 * mib },
      'leaves it no more than that, and then as much as before',
      async (action) => {
        const { target, inject, undo } = await up([action]);
        const back = target('back-2');
        const before = await selfOf(back);
        const limits = (await limitsOf(back))?.memoryBytes;
        const fault = await inject(action, 'back-2');
        expect((await limitsOf(back))?.memoryBytes).toBe(64 * mib);
        await undo(fault);
        expect((await limitsOf(back))?.memoryBytes).toBe(limits);
        await ask(back, '/hold?mib=96');
        expect(await selfOf(back)).toBe(before);
      },
    );

    itDoes(
      { kind: 'memory', of: one, limitBytes: 48 * mib },
      'has it killed when it wants more, which is told',
      async (action) => {
        const { target, inject, changes } = await up([action]);
        await inject(action, 'back-2');
        await ask(target('back-2'), '/hold?mib=96').catch(() => undefined);
        await expect.poll(() => changes.filter(({ event }) => event === 'exit')).toMatchObject([{ target: 'back-2' }]);
        await expect.poll(() => target('back-2').isAway).toBe(true);
      },
    );

    it.skipIf(!isHere || engine.faultMistake === undefined)(
      'takes down all that is in force with the topology',
      { timeout },
      async () => {
        const folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
        const file = join(folder, 'done');
        const all: [FaultAction, string[]][] = [
          [{ kind: 'cpu', of: one, burners: 1 }, ['back-2']],
          [{ kind: 'cpu', of: one, cores: 0.5 }, ['back-2']],
          [{ kind: 'memory', of: one, limitBytes: 64 * mib }, ['back-2']],
          [{ kind: 'run', command: ['touch', file], undo: ['rm', file] }, []],
          [{ kind: 'pause', of: one }, ['back-2']],
          [{ kind: 'kill', of: { service: 'back', replica: 1 } }, ['back-1']],
          [{ kind: 'scale', service: 'front', replicas: 2 }, []],
        ];
        const claimed = all.filter(([action]) => engine.faultMistake?.(action) === undefined);
        const { run, topology, inject } = await up(claimed.map(([action]) => action));
        for (const [action, ids] of claimed) await inject(action, ...ids);
        await Promise.all([topology.down(), topology.down()]);
        expect(await thingsOf(run)).toEqual([]);
        expect(existsSync(file)).toBe(false);
        await rm(folder, { recursive: true });
        await expect(inject(all[0]?.[0] as FaultAction, 'back-2')).rejects.toThrow('taken down');
      },
    );

    itDoes({ kind: 'kill', of: one }, 'of what is away already cannot be done', async (action) => {
      const { target, inject } = await up([action]);
      await inject(action, 'back-2');
      await expect(inject(action, 'back-2')).rejects.toMatchObject({ code: 'fault-failed' });
      expect(target('back-2').isAway).toBe(true);
    });

    itDoes(
      { kind: 'kill', of: one },
      'of what is not there is refused before anything is started, all of it at once',
      async (action) => {
        const run = testRun();
        const wrong: FaultAction[] = [
          { kind: 'kill', of: { service: 'back', replica: 5 } },
          { kind: 'restart', of: { service: 'nobody' } },
          { kind: 'pause', of: { service: 'front', pick: 2 } },
          { kind: 'scale', service: 'nowhere', replicas: 2 },
        ];
        await expect(up([action, ...wrong], run)).rejects.toMatchObject({
          code: 'fault-refused',
          exitCode: 2,
          message: expect.stringMatching(
            /there is no back#5, back has 2 replicas\n.*nobody is no service of .*\(it has: back, front\)\n.*no 2 of front, front has one replica\n.*nowhere is no service/,
          ),
        });
        expect(await thingsOf(run)).toEqual([]);
        // What only a fault brings can have another done to it.
        const { topology } = await up([{ kind: 'scale', service: 'back', replicas: 5 }, ...wrong.slice(0, 1)], run);
        expect(topology.targets).toHaveLength(6);
      },
    );
  });
}

function askedOf(actions: readonly FaultAction[]): AskedFaults {
  return {
    faults: actions.map((action, index) => ({ name: `fault-${index + 1}`, atMs: 1000, action })),
    asked: [],
  };
}
