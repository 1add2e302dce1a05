/** The variables of a compose project, by which its files are resolved. */
import { basename, join, resolve } from 'node:path';
import { parseEnvFile } from './env-file.ts';
import { InterpolationError, interpolate, type Lookup } from './interpolate.ts';
import { type ComposeNotes, displayPath } from './notes.ts';
import { textOf, valueAt } from './placed-map.ts';
import { readPlacedYaml } from './placed-yaml.ts';
import type { ComposeSource } from './sources.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** As Compose finds them: those of the user's environment, then of `.env`, or of the files that COMPOSE_ENV_FILES names. */
export function projectVariables(
  { folder, files = [], read }: Pick<ComposeSource, 'folder' | 'read'> & Partial<Pick<ComposeSource, 'files'>>,
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
  const given: Lookup = (name) => env[name] ?? variables.get(name);
  return (name) =>
    given(name) ?? (name === 'COMPOSE_PROJECT_NAME' ? (nameIn({ files, read }, given) ?? nameOf(folder)) : undefined);
}

/** What the last of the files that has a `name:` calls the project; what is wrong with a file is told where it is read. */
function nameIn({ files, read }: Pick<ComposeSource, 'files' | 'read'>, lookup: Lookup): string | undefined {
  const names = files.flatMap((file) =>
    readPlacedYaml(read(file) ?? '', displayPath(file), () => undefined).flatMap(
      (document) => textOf(valueAt(document, 'name')) ?? [],
    ),
  );
  const [last] = names.slice(-1);
  try {
    return last === undefined ? undefined : interpolate(last, lookup).value;
  } catch (error) {
    if (error instanceof InterpolationError) return undefined;
    throw error;
  }
}

/** What Compose calls a project that is not named: after its folder, in the letters that it allows. */
function nameOf(folder: string): string {
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
