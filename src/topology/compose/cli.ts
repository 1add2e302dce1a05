/** The `docker compose` command: run it, stop it with everything it started, and put its complaints into our words. */
import { runCommand } from '../../host/command.ts';
import { errorCode } from '../../host/files.ts';
import type { ErrorCodeOf } from '../../model/error-codes.ts';
import { environmentError, messageOf, type RampartError } from '../../model/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where and how long a command runs. */
export interface ComposeOptions {
  readonly env: Env;
  readonly signal?: AbortSignal | undefined;
  /** Builds the error for an exit code other than 0 from the command's output; a translated, general one when absent. */
  readonly onFailure?: ((output: string) => RampartError) | undefined;
}

const commands = ['build', 'config', 'down', 'up', 'version'];
const shownLines = 25;
const killAfterMs = 3000;

/** Runs `docker compose ARGS` and gives its stdout; rejects with environmentError, or the signal's reason when aborted. */
export async function runCompose(args: readonly string[], options: ComposeOptions): Promise<string> {
  const { env, signal, onFailure } = options;
  const { code, stdout, output } = await runCommand('docker', ['compose', '--ansi', 'never', ...args], {
    env: { ...env, BUILDKIT_PROGRESS: 'plain' },
    signal,
    graceMs: killAfterMs,
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    const isMissing = errorCode(error) === 'ENOENT';
    const what = isMissing
      ? 'the docker command is not installed'
      : `the docker command cannot be run (${messageOf(error)})`;
    throw composeMissing(what, error);
  });
  if (code === 0) return stdout;
  throw (onFailure ?? ((text) => translateCompose(text, args)))(output);
}

/** The version of Compose, such as `2.26.1`; environmentError when the plugin is not installed. */
export async function composeVersion(env: Env, signal?: AbortSignal): Promise<string> {
  const onFailure = (output: string) => composeMissing('`docker compose version` failed', output);
  return (await runCompose(['version', '--short'], { env, signal, onFailure })).trim().replace(/^v/, '');
}

interface Translation {
  readonly pattern: RegExp;
  readonly code: ErrorCodeOf<3>;
  readonly message: string;
  readonly hint: string;
}

const translations: readonly Translation[] = [
  {
    pattern: /permission denied.*docker\.sock|docker\.sock.*permission denied/is,
    code: 'docker-permission',
    message: 'no permission to talk to the Docker engine',
    hint: 'add your user to the group "docker" (sudo usermod -aG docker $USER, then log in again), or run with --engine process',
  },
  {
    pattern: /Cannot connect to the Docker daemon|error during connect/i,
    code: 'docker-unreachable',
    message: 'the Docker engine does not answer',
    hint: 'start Docker (`docker info` shows whether it runs), or run with --engine process',
  },
  {
    pattern: /port is already allocated|address already in use/i,
    code: 'port-taken',
    message: 'a published port is taken',
    hint: 'let Docker choose the host port: publish "127.0.0.1::8080" instead of "8080:8080"',
  },
  {
    pattern: /pull access denied|no such image|manifest (?:for .* )?(?:unknown|not found)|repository does not exist/i,
    code: 'image-missing',
    message: 'an image does not exist or may not be pulled',
    hint: 'check its name, log in with `docker login`, or give the service a build',
  },
  {
    pattern: /failed to do request|no such host|TLS handshake|i\/o timeout|\/v2\/": |toomanyrequests/i,
    code: 'image-pull',
    message: 'the image registry cannot be reached',
    hint: 'check the network, pull the image beforehand, or use a Dockerfile stage "prebuilt" that starts FROM scratch',
  },
  {
    pattern: /no space left on device/i,
    code: 'disk-full',
    message: 'the disk of the Docker engine is full',
    hint: 'free some with `docker system prune`',
  },
];

/** An error in our words for output of Compose, its last lines kept; code `compose-failed` when none of the known patterns fits. */
export function translateCompose(output: string, args: readonly string[]): RampartError {
  const known = translations.find(({ pattern }) => pattern.test(output));
  const command = `docker compose ${args.find((arg) => commands.includes(arg)) ?? ''}`.trim();
  const message = known ? `${known.message} (${command})` : `${command} failed`;
  return environmentError(known?.code ?? 'compose-failed', `${message}\n${lastLines(output)}`, known?.hint);
}

/** The error for a build that failed, with the builder's last lines. */
export function buildFailed(output: string): RampartError {
  const general = translateCompose(output, ['build']);
  if (general.code !== 'compose-failed') return general;
  return environmentError(
    'image-build',
    `building the images failed\n${lastLines(output)}`,
    'try it with `docker compose build`',
  );
}

function lastLines(output: string): string {
  const lines = output.trimEnd().split('\n');
  return lines
    .slice(-shownLines)
    .map((line) => `    | ${line}`)
    .join('\n');
}

function composeMissing(what: string, cause: unknown): RampartError {
  return environmentError(
    'compose-missing',
    `Docker Compose v2 is not there: ${what}`,
    'install the Compose plugin (https://docs.docker.com/compose/install/), or run with --engine process',
    typeof cause === 'string' ? new Error(messageOf(cause)) : cause,
  );
}
