/** The token of generators: from the environment or a file, never from the command line, which everybody on a machine can read. */
import { readText } from '../host/files.ts';
import { fewestTokenCharacters } from '../load/generators/protocol.ts';
import { messageOf, usageError } from '../model/errors.ts';
import type { Secrets } from '../model/secrets.ts';

/** The variable that holds it. */
const tokenVariable = 'RAMPART_TOKEN';
/** The variable that names a file with it. */
const tokenFileVariable = 'RAMPART_TOKEN_FILE';

const hint = `Make one for both ends: export ${tokenVariable}=$(openssl rand -hex 32)`;

/** The token, which nothing that leaves this process shows from now on; a usage error without one, or with one that can be guessed. */
export async function readToken(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  secrets: Secrets,
): Promise<string> {
  const path = file ?? env[tokenFileVariable];
  const from = path === undefined ? tokenVariable : path;
  const given = path === undefined ? env[tokenVariable] : await textOf(path);
  const token = given?.trim() ?? '';
  if (token === '')
    throw usageError('generator-token', `generators need a token, and ${tokenVariable} is not set`, hint);
  secrets.learn([{ value: token, label: `env.${tokenVariable}`, isSought: true, isWritten: false }]);
  if (token.length < fewestTokenCharacters)
    throw usageError(
      'generator-token',
      `the token in ${from} must have at least ${fewestTokenCharacters} characters`,
      hint,
    );
  return token;
}

async function textOf(path: string): Promise<string> {
  return await readText(path).catch((error: unknown) => {
    throw usageError('generator-token', `${path}: the token cannot be read: ${messageOf(error)}`, hint);
  });
}
