/** `rampart profiles serve`: the profile API, with profefe's routes, over a store and the directories of runs. */
import { resolve } from 'node:path';
import { after } from '../../host/clock.ts';
import { isLoopback } from '../../host/loopback.ts';
import { exitCodes, usageError } from '../../model/errors.ts';
import { allSources } from '../../profiles/all-sources.ts';
import { readProfiledRun } from '../../profiles/runs/profiled-run.ts';
import { createRunSource } from '../../profiles/runs/run-source.ts';
import { newToken, tokenVariable } from '../../profiles/server/access.ts';
import { profilePages } from '../../profiles/server/pages.ts';
import { openProfileServer } from '../../profiles/server/profile-server.ts';
import { openStore, storePlace } from '../../profiles/store/open-store.ts';
import { type Pruning, startPruning } from '../../profiles/store/pruning.ts';
import { readInput } from '../../runs/read-input.ts';
import type { Command, CommandArgs, CommandContext } from '../command.ts';
import { portMistake } from '../port-flag.ts';
import { pruneFlags, readLimits } from './retention-flags.ts';

export const serveCommand: Command = {
  name: 'serve',
  positionals: '[runs..]',
  summary: 'Serve a store, and runs beside it, over HTTP: go tool pprof, profefe agents and a page',
  examples: [
    ['rampart profiles serve', 'the store of this user, at http://127.0.0.1:10100'],
    ['rampart profiles serve runs/20260131-142501-ramp-3fa9 --store profiles-store', 'what is sent goes to the store'],
    ['rampart profiles serve --prune-older-than 720h', 'keeps 30 days of the store while it serves'],
    ['rampart profiles serve --host 0.0.0.0 --token-file token.txt', 'to other machines, which must have the token'],
  ],
  options: {
    runs: { describe: 'Directories of runs to serve beside the store', type: 'string', array: true, positional: true },
    store: { describe: 'The store: a directory or s3://bucket/prefix (default: that of this user)', type: 'string' },
    ...pruneFlags,
    port: { describe: 'Port to listen on (0: any free one)', type: 'number', default: 10_100 },
    host: {
      describe: 'Address to listen on; any but a loopback one wants a token',
      type: 'string',
      default: '127.0.0.1',
    },
    'token-file': {
      describe: `File with the token that requests must carry (also: ${tokenVariable})`,
      type: 'string',
    },
  },
  run: async (args, context) => {
    const [port = 0, host = '127.0.0.1'] = [portOf(args), args.string('host')];
    const limits = readLimits(args, { age: 'prune-older-than', size: 'prune-max-size' });
    const token = await tokenOf(args, host, context);
    const runs = [];
    for (const name of args.strings('runs')) runs.push(await readProfiledRun(resolve(context.cwd, name)));
    const store = await openStore(args.string('store'), context);
    const source = allSources([store, await createRunSource(runs)]);
    let pruning: Pruning | undefined;
    try {
      const server = await openProfileServer({
        place: { port, host, flag: '--port PORT' },
        source,
        store,
        token,
        version: context.version,
        nowNs: () => BigInt(Math.floor(context.time.wallMs())) * 1_000_000n,
        warn: context.log.warn,
        pages: profilePages(context.version),
      });
      const place = storePlace(args.string('store'), context);
      const means = { place, nowMs: context.time.wallMs, after, log: context.log };
      pruning = limits && startPruning(store, limits, means);
      context.log.info(`profiles at ${server.url}/ until Ctrl-C`);
      try {
        await ended(context.signal);
      } finally {
        await server.close();
      }
    } finally {
      await pruning?.end();
      await source.close();
    }
    return exitCodes.ok;
  },
};

function portOf(args: CommandArgs): number | undefined {
  const port = args.number('port');
  const mistake = portMistake('--port', port, '--port 10100');
  if (mistake !== undefined) throw usageError('flag-invalid', mistake);
  return port;
}

/** The token of a file, of the environment, or a new one that is told once; on a loopback address there need not be one. */
async function tokenOf(
  args: CommandArgs,
  host: string,
  { cwd, env, log }: CommandContext,
): Promise<string | undefined> {
  const file = args.string('token-file');
  const text = file === undefined ? env[tokenVariable] : await readInput(resolve(cwd, file), file);
  const token = text?.trim();
  if (file !== undefined && (token === undefined || token === '')) {
    const state = token === undefined ? 'is not there' : 'is empty';
    throw usageError(
      'flag-invalid',
      `--token-file ${file}: ${state}; it must hold the token (example: openssl rand -hex 24)`,
    );
  }
  if (token !== undefined && /\s/.test(token)) {
    throw usageError('flag-invalid', `${file ?? tokenVariable}: a token must have no blanks in it`);
  }
  if ((token !== undefined && token !== '') || isLoopback(host)) return token || undefined;
  const made = newToken();
  log.info(`the token of this server, which is told only now: ${made}`);
  return made;
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
