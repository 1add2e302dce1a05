/** Runs a program of the user's for a few seconds, to see where it listens; it never outlives the look. */
import { createHash, randomUUID } from 'node:crypto';
import { pause } from '../../host/clock.ts';
import { ownerMarks } from '../../host/owner.ts';
import { membersOf, type ProcessExit, startProcessGroup } from '../../host/process-group.ts';
import { type ListeningSocket, socketsOf } from '../../host/sockets.ts';
import { ownAddress, type Start } from '../go-repository/plan.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What is run, and where. */
export interface ProgramRun {
  readonly binary: string;
  readonly cwd: string;
  readonly start: Start;
  /** Variables of the user's that it is given besides. */
  readonly passed: Readonly<Record<string, string>>;
  readonly env: Env;
  readonly signal: AbortSignal;
}

/** A program that runs, as seen once it listens, has ended, or has had its time. */
export interface SeenProgram {
  /** The loopback address that it was told to take. */
  readonly address: string;
  readonly listens: readonly ListeningSocket[];
  readonly exit: ProcessExit | undefined;
  /** What it printed last. */
  readonly lines: readonly string[];
}

const patienceMs = 12_000;
/** How long after the first port others may still be opened. */
const settleMs = 700;
const lookMs = 60;
const graceMs = 3000;
const keptLines = 40;

/** Starts it, calls `look` with what was seen while it runs, and ends it whatever happens; rejects with the signal's reason when aborted. */
export async function withProgram<T>(run: ProgramRun, look: (seen: SeenProgram) => Promise<T>): Promise<T> {
  const { binary, cwd, start, passed, env, signal } = run;
  signal.throwIfAborted();
  const address = loopbackAddress();
  const put = (text: string) => text.replaceAll(ownAddress, address);
  const lines: string[] = [];
  const group = await startProcessGroup({
    command: binary,
    args: start.args.map(put),
    cwd,
    env: {
      ...machineVariables(env),
      ...passed,
      ...Object.fromEntries(Object.entries(start.env).map(([name, value]) => [name, put(value)])),
      ...ownerMarks(`init-${randomUUID().slice(0, 8)}`),
    },
    onLine: (_stream, text) => {
      lines.push(text);
      if (lines.length > keptLines) lines.shift();
    },
  });
  const end = () => void group.stop(0, 'SIGKILL');
  signal.addEventListener('abort', end);
  try {
    const seen = await untilSettled(group.pid, group.exited, signal);
    signal.throwIfAborted();
    return await look({ address, ...seen, lines });
  } finally {
    signal.removeEventListener('abort', end);
    await group.stop(signal.aborted ? 0 : graceMs);
  }
}

async function untilSettled(
  pid: number,
  exited: Promise<ProcessExit>,
  signal: AbortSignal,
): Promise<Pick<SeenProgram, 'listens' | 'exit'>> {
  let exit: ProcessExit | undefined;
  void exited.then((how) => {
    exit = how;
  });
  let listens: readonly ListeningSocket[] = [];
  let sinceMs = 0;
  for (let waitedMs = 0; waitedMs < patienceMs && !exit && !signal.aborted; waitedMs += lookMs) {
    const now = membersOf(pid).flatMap(socketsOf);
    sinceMs = now.length === listens.length ? sinceMs + lookMs : 0;
    listens = now;
    if (listens.length > 0 && sinceMs >= settleMs) break;
    await pause(lookMs);
  }
  return { listens: exit ? [] : listens, exit };
}

/** The same as a run gives, so that what is found holds there. */
function machineVariables({ PATH = '', HOME = '', TMPDIR }: Env): Record<string, string> {
  return { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}) };
}

function loopbackAddress(): string {
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(randomUUID()).digest();
  return `127.${16 + (a % 224)}.${b}.${1 + (c % 250)}`;
}
