/** How often verdicts are wrong and how much they see, on simulated machines: `npm run bench:gate -- [--gates N | --named N | --profiles N]`, prints Markdown. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Noise } from '../../simulation/gaussian-gate.ts';
import { naiveTests } from '../../simulation/naive-procedures.ts';
import { type GateRow, gateRows, hostNames, type Task, type TaskAnswer } from './cases.ts';
import { namedTable } from './named.ts';
import { realTable } from './real.ts';

const usage =
  'npm run bench:gate -- [--gates N | --named N | --profiles N]   N gates of identical arms on each host, 200 when not given; what N made-up profile rounds of each kind name; or N real gates of each kind';

/** Seeds of one task: small enough to keep all threads busy to the end. */
const seedsPerTask = 5;

const noises: readonly Noise[] = ['normal', 't3', 'contaminated'];
const columnGates = 10;

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function main(argv: readonly string[]): Promise<void> {
  const [flag, text = '200', ...rest] = argv;
  const times = Number(text);
  if (
    !['--gates', '--named', '--profiles', undefined].includes(flag) ||
    rest.length > 0 ||
    !Number.isInteger(times) ||
    times < 1
  )
    throw new Error(usage);
  if (flag === '--named') {
    console.log(namedTable(times));
    return;
  }
  if (flag === '--profiles') {
    console.log(await realTable(times, process.cwd()));
    return;
  }
  const rows = gateRows(times);
  const answers = await workOff([
    ...rows.flatMap((row) =>
      row.hosts.flatMap((host) =>
        split(row.times, { key: keyOf(row, host), kind: 'gate', gate: { ...row.gate, host } }),
      ),
    ),
    ...hostNames.flatMap((host) => split(times, { key: `naive ${host}`, kind: 'naive', host })),
    ...noises.flatMap((noise) =>
      split(columnGates * times, { key: `columns ${noise}`, kind: 'columns', noise, effect: Math.log(1.025) }),
    ),
  ]);
  console.log(falseAlarms(rows, answers));
  console.log(power(rows, answers));
  const sizes = noises.map((noise) => `${share(answers, `columns ${noise}`, 'fail')} (${noise})`).join(', ');
  console.log(
    `Eight columns of noise, all exactly at the tolerance, ${columnGates * times} gates each, false alarms: ${sizes}.`,
  );
}

type TaskKind<Each> = Each extends Task ? Omit<Each, 'fromSeed' | 'toSeed'> : never;

function split(times: number, task: TaskKind<Task>): Task[] {
  const starts = Array.from({ length: Math.ceil(times / seedsPerTask) }, (_, index) => index * seedsPerTask);
  return starts.map(
    (start): Task => ({ ...task, fromSeed: start + 1, toSeed: Math.min(start + seedsPerTask, times) + 1 }),
  );
}

/** All tasks, shared out over a thread for each processor; answers added up by key. */
async function workOff(tasks: readonly Task[]): Promise<Map<string, TaskAnswer>> {
  const waiting = [...tasks];
  const answers = new Map<string, TaskAnswer>();
  const threads = Array.from(
    { length: availableParallelism() },
    () => new Worker(new URL('worker.js', import.meta.url)),
  );
  const work = (thread: Worker) =>
    new Promise<void>((resolve, reject) => {
      const give = () => {
        const task = waiting.shift();
        if (task) thread.postMessage(task);
        else resolve();
      };
      thread.on('error', reject);
      thread.on('message', (answer: TaskAnswer) => {
        answers.set(answer.key, added(answers.get(answer.key), answer));
        give();
      });
      give();
    });
  try {
    await Promise.all(threads.map(work));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return answers;
}

function added(before: TaskAnswer | undefined, answer: TaskAnswer): TaskAnswer {
  if (!before) return answer;
  const names = new Set([...Object.keys(before.seen), ...Object.keys(answer.seen)]);
  return {
    key: answer.key,
    times: before.times + answer.times,
    rounds: before.rounds + answer.rounds,
    seen: Object.fromEntries([...names].map((name) => [name, (before.seen[name] ?? 0) + (answer.seen[name] ?? 0)])),
  };
}

function falseAlarms(rows: readonly GateRow[], answers: Map<string, TaskAnswer>): string {
  const gates = rows.filter(({ kind }) => kind === 'false alarm');
  const head = `| false alarms | ${hostNames.join(' | ')} |\n|---|---|---|---|`;
  const ofGates = gates.map((row) => {
    const cells = hostNames.map((host) => (row.hosts.includes(host) ? share(answers, keyOf(row, host), 'fail') : ''));
    return `| ${row.gate.isBlocked ? 'rounds, not interleaved' : '**interleaved rounds**'}: ${row.title} | ${cells.join(' | ')} |`;
  });
  const ofNaive = Object.keys(naiveTests).map((name) => {
    const cells = hostNames.map((host) => share(answers, `naive ${host}`, name));
    return `| one ramp of each: ${name} | ${cells.join(' | ')} |`;
  });
  return `${[head, ...ofGates, ...ofNaive].join('\n')}\n`;
}

function power(rows: readonly GateRow[], answers: Map<string, TaskAnswer>): string {
  const head = `| fail / pass / cannot tell, mean rounds | ${hostNames.join(' | ')} |\n|---|---|---|---|`;
  const lines = rows.map((row) => {
    const cells = hostNames.map((host) => {
      const answer = answers.get(keyOf(row, host));
      if (!answer) return '';
      const outcomes = ['fail', 'pass', 'cannot-tell'].map((outcome) => percent(answer, outcome));
      return `${outcomes.join(' / ')} %, ${(answer.rounds / answer.times).toFixed(1)}`;
    });
    return `| ${row.title} | ${cells.join(' | ')} |`;
  });
  return `${[head, ...lines].join('\n')}\n`;
}

function share(answers: Map<string, TaskAnswer>, key: string, what: string): string {
  const answer = answers.get(key);
  return answer ? `${percent(answer, what)} %` : '';
}

function percent({ seen, times }: TaskAnswer, what: string): string {
  return (((seen[what] ?? 0) / times) * 100).toFixed(1).replace(/\.0$/, '');
}

function keyOf({ title }: GateRow, host: string): string {
  return `${host} ${title}`;
}
