/** `rampart profiles RUN --http`: the merged profile in the pages of `go tool pprof`, until Ctrl-C. */
import { join } from 'node:path';
import { removeTree } from '../../host/files.ts';
import { isLoopback } from '../../host/loopback.ts';
import { startProcessGroup } from '../../host/process-group.ts';
import { makeRunFolder } from '../../host/run-folder.ts';
import { type ExitCode, environmentError, exitCodes, messageOf, usageError } from '../../model/errors.ts';
import type { CommandArgs, CommandContext } from '../command.ts';
import { mergeTo } from './merge.ts';
import { sampleLabels } from './sample-labels.ts';

/** Where pprof listens when nobody says: a port that is free. */
export const anyPort = '127.0.0.1:';

/** How long pprof may take to end before it is killed. */
const graceMs = 2000;

/** Merges what the flags choose and serves it; resolves when pprof has ended or was interrupted. */
export async function browse(address: string, args: CommandArgs, context: CommandContext): Promise<ExitCode> {
  checkAddress(address);
  const folder = await makeRunFolder();
  try {
    const file = join(folder, 'merged.pb.gz');
    const split = args.string('tagroot');
    await mergeTo(file, args, { ...context, tell: () => undefined }, sampleLabels);
    if (split === undefined) {
      context.tell(
        '--tagroot step makes one tree for each step; other labels are service, target, rps and what was set\n',
      );
    }
    await serve(['-no_browser', ...(split === undefined ? [] : [`-tagroot=${split}`]), file], address, context);
    return exitCodes.ok;
  } finally {
    await removeTree(folder);
  }
}

function checkAddress(address: string): void {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, Math.max(0, colon));
  const port = address.slice(colon + 1);
  if (colon >= 0 && (host === '' || isLoopback(host)) && /^\d{0,5}$/.test(port) && Number(port) < 65_536) return;
  throw usageError(
    'flag-invalid',
    `--http must be a loopback address and a port, got ${JSON.stringify(address)}: whoever reaches it sees the profiles`,
    'Examples: --http (any free port), --http=127.0.0.1:8081',
  );
}

async function serve(
  args: readonly string[],
  address: string,
  { cwd, env, signal, tell }: CommandContext,
): Promise<void> {
  const own = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const listen = address.startsWith(':') ? `127.0.0.1${address}` : address;
  let said = '';
  const onLine = (_: string, line: string) => {
    // What it says of being interrupted nobody needs.
    if (signal.aborted) return;
    said = line;
    tell(`${line}\n`);
  };
  const pprof = await startProcessGroup({
    command: 'go',
    args: ['tool', 'pprof', `-http=${listen}`, ...args],
    cwd,
    env: Object.fromEntries(own),
    onLine,
  }).catch((error: unknown) => {
    throw environmentError(
      'go-missing',
      `cannot run the Go tool: ${messageOf(error)}`,
      'Install Go (https://go.dev/dl) and put it on PATH; rampart profiles flame RUN needs none.',
      error,
    );
  });
  const stop = () => void pprof.stop(graceMs, 'SIGINT');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const { code } = await pprof.exited;
  signal.removeEventListener('abort', stop);
  if (signal.aborted || code === 0) return;
  throw environmentError(
    'go-missing',
    `go tool pprof ended with ${code}: ${said}`,
    'Another port: --http=127.0.0.1:8081',
  );
}
