/** Go toolchains by name: the newest patch of `go1.27.x`, and why one cannot be had. */
import { linesOf } from '../../host/command.ts';
import { environmentError } from '../../model/errors.ts';

/** Runs the Go tool, with variables on top of the environment of the build. */
export type AskGo = (
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
) => Promise<{ readonly code: number | undefined; readonly output: string }>;

/** The toolchain that a name stands for, which is one that runs here; environmentError with what the Go tool says where there is none. */
export async function toolchainOf(name: string, ask: AskGo): Promise<string> {
  const exact = name.endsWith('.x') ? await newestPatch(name, ask) : name;
  // Fetches it where it is not there yet; a Go before 1.21 does not know how.
  const { code, output } = await ask(['env', 'GOVERSION'], { GOTOOLCHAIN: exact });
  if (code === 0) return exact;
  throw await notHad(name, output, ask);
}

/** `go1.27.4` for `go1.27.x`; the Go tool takes `go@1.27` for the newest release of that line. */
async function newestPatch(name: string, ask: AskGo): Promise<string> {
  const line = name.slice('go'.length, -'.x'.length);
  const { code, output } = await ask(['list', '-m', '-mod=mod', `go@${line}`], {
    GOWORK: 'off',
    GOFLAGS: '',
    GOEXPERIMENT: '',
  });
  const version = /^go (\S+)$/m.exec(output)?.[1];
  if (code === 0 && version !== undefined) return `go${version}`;
  throw await notHad(name, output, ask);
}

async function notHad(name: string, output: string, ask: AskGo) {
  const { output: env } = await ask(['env', 'GOTOOLCHAIN', 'GOPROXY', 'GOSUMDB'], {});
  const [toolchain = '', proxy = '', sums = ''] = linesOf(env);
  return environmentError(
    'go-toolchain',
    [
      `the Go toolchain ${name} cannot be had here`,
      ...linesOf(output).map((line) => `    | ${line}`),
      `    (go env: GOTOOLCHAIN=${toolchain} GOPROXY=${proxy} GOSUMDB=${sums})`,
    ].join('\n'),
    `name a release with its patch (example: go1.27.0, or go1.27.x for the newest), and see that GOPROXY can be reached, or that PATH holds ${name.replace('.x', '.0')}`,
  );
}
