/** Where the values of a scenario come from that it does not hold itself: the environment, `.env` beside it, and files. */
import { join, resolve } from 'node:path';
import { readBytesNow } from '../host/files.ts';
import { textOf } from '../host/text.ts';
import { usageError } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import type { Override } from '../scenario/load-scenario.ts';
import { hasReference, type ValueSources } from '../scenario/references.ts';
import { parseEnvFile } from '../topology/compose-file/env-file.ts';
import { readInput } from './read-input.ts';

/** The scenario whose values are asked for, as `openScenario` gives it. */
interface Asking {
  readonly file: string;
  readonly folder: string;
  readonly text: string;
}

/** The environment wins over `.env`, as it does in Docker Compose; paths count from the scenario. Usage error where `.env` cannot be read. */
export async function scenarioValues(
  { text, folder, file }: Asking,
  overrides: readonly Override[],
  env: Caller['env'],
): Promise<ValueSources> {
  const isAsked = [text, ...overrides.map(({ flag }) => flag)].some(hasReference);
  const variables = isAsked ? await variablesBeside(folder, file, env) : new Map<string, string>();
  return {
    env: (name) => env[name] ?? variables.get(name),
    file: (path) => {
      const read = textOf(readBytesNow(resolve(folder, path)));
      if (typeof read === 'string') return read.replace(/^\uFEFF/, '');
      throw new Error(`line ${read.line}, column ${read.column} ${read.message}`);
    },
  };
}

async function variablesBeside(folder: string, file: string, env: Caller['env']): Promise<ReadonlyMap<string, string>> {
  const path = join(folder, '.env');
  const text = await readInput(path, path);
  if (text === undefined) return new Map();
  const { variables, mistakes } = parseEnvFile(text, (name) => env[name]);
  if (mistakes.length > 0) {
    const lines = mistakes.map(({ line, message }) => `${path}:${line} ${message}`);
    throw usageError(
      'scenario-invalid',
      lines.join('\n'),
      `${file} takes variables from it that are not set otherwise.`,
    );
  }
  return variables;
}
