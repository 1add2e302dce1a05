/** Where rampart keeps what it may lose. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `$XDG_CACHE_HOME/rampart`, or under `~/.cache` (XDG Base Directory Specification: a relative path is ignored). */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const given = env['XDG_CACHE_HOME'];
  return join(given?.startsWith('/') ? given : join(env['HOME'] || homedir(), '.cache'), 'rampart');
}
