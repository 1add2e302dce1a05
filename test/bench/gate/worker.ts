/** One thread of the benchmark: works off tasks until it is told to stop. */
import { parentPort } from 'node:worker_threads';
import { seededUniform } from '../../../src/model/random.ts';
import { columnGate } from '../../simulation/gaussian-gate.ts';
import { naiveTests } from '../../simulation/naive-procedures.ts';
import { releaseRamp, simulateGate } from '../../simulation/simulated-gate.ts';
import { type HostName, hosts, machine } from '../../simulation/simulated-host.ts';
import type { Task, TaskAnswer } from './cases.ts';

const level = 0.05;

parentPort?.on('message', (task: Task) => {
  const seen: Record<string, number> = {};
  const see = (what: string) => {
    seen[what] = (seen[what] ?? 0) + 1;
  };
  let rounds = 0;
  for (let seed = task.fromSeed; seed < task.toSeed; seed++) {
    if (task.kind === 'naive') {
      for (const name of naiveAlarms(task.host, seed)) see(name);
      continue;
    }
    const { outcome, look } =
      task.kind === 'gate' ? simulateGate(task.gate, seed) : columnGate(task.noise, task.effect, seed);
    see(outcome);
    rounds += look.rounds;
  }
  const answer: TaskAnswer = { key: task.key, times: task.toSeed - task.fromSeed, rounds, seen };
  parentPort?.postMessage(answer);
});

function naiveAlarms(name: HostName, seed: number): string[] {
  const host = machine(hosts[name], seed);
  const first = host.run(releaseRamp, {});
  const second = host.run(releaseRamp, {});
  const next = seededUniform(seed);
  return Object.entries(naiveTests)
    .filter(([, test]) => first.some((step, index) => test(step, second[index] ?? step, level, next)))
    .map(([title]) => title);
}
