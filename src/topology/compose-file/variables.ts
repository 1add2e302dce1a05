/** The variables of a compose project, by which its files are resolved. */
import { basename, join, resolve } from 'node:path';
import { parseEnvFile } from './env-file.ts';
import type { Lookup } from './interpolate.ts';
import { type ComposeNotes, displayPath } from './notes.ts';
import type { ComposeSource } from './sources.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** As Compose finds them: those of the user's environment, then of `.env`, or of the files that COMPOSE_ENV_FILES names. */
export function projectVariables(
  { folder, read }: Pick<ComposeSource, 'folder' | 'read'>,
  env: Env,
  notes: ComposeNotes,
): Lookup {
  const variables = new Map<string, string>();
  for (const path of filesOfVariables(folder, env)) {
    const place = { file: displayPath(path), col: 1 };
    const parsed = parseEnvFile(read(path) ?? '', (name) => env[name] ?? variables.get(name));
    for (const { line, message } of parsed.mistakes) notes.fail({ ...place, line }, message);
    for (const name of parsed.unset) notes.warn({ ...place, line: 1 }, `variable ${name} is not set and became empty`);
    for (const [name, value] of parsed.variables) variables.set(name, value);
  }
  return (name) =>
    env[name] ?? variables.get(name) ?? (name === 'COMPOSE_PROJECT_NAME' ? projectName(folder) : undefined);
}

/** What Compose calls a project that is not named: after its folder, in the letters that it allows. */
function projectName(folder: string): string {
  return basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

function filesOfVariables(folder: string, env: Env): string[] {
  const named = env['COMPOSE_ENV_FILES']?.split(',').filter((file) => file !== '') ?? [];
  if (named.length > 0) return named.map((file) => resolve(file));
  const isOff = /^(?:1|t|true)$/i.test(env['COMPOSE_DISABLE_ENV_FILE'] ?? '');
  return isOff ? [] : [join(folder, '.env')];
}
