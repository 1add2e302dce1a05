/** Where rampart keeps what is not of one run (XDG Base Directory Specification: a relative path is ignored). */
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** What it may lose: `$XDG_CACHE_HOME/rampart`, or under `~/.cache`. */
export function cacheFolder(env: Environment): string {
  return folder(env, 'XDG_CACHE_HOME', '.cache');
}

/** What it may not: `$XDG_DATA_HOME/rampart`, or under `~/.local/share`. */
export function dataFolder(env: Environment): string {
  return folder(env, 'XDG_DATA_HOME', '.local/share');
}

function folder(env: Environment, variable: string, otherwise: string): string {
  const given = env[variable];
  return join(given?.startsWith('/') ? given : join(env['HOME'] || homedir(), otherwise), 'rampart');
}
