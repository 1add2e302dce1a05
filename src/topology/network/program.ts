/** The program that puts network faults in force: built from the source beside this file, with the Go of this machine. */
import { fileURLToPath } from 'node:url';
import { environmentError, RampartError } from '../../model/errors.ts';
import { buildGo, type GoBuildOptions } from '../go-build/go-build.ts';

/** The same place seen from src/ and from dist/. */
const source = fileURLToPath(new URL('../../../src/topology/network/program', import.meta.url));

/** Its path, in the cache of built programs; environmentError where this machine cannot build it. */
export async function buildNetworkProgram({ env, overrides, signal }: GoBuildOptions): Promise<string> {
  const build = {
    service: 'network faults',
    context: source,
    packages: ['.'],
    flags: ['-trimpath', '-buildvcs=false'],
  };
  const plain = { GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0', GOOS: 'linux', GOEXPERIMENT: '' };
  try {
    return await buildGo({ ...build, env: {} }, { env, overrides: { ...overrides, ...plain }, signal });
  } catch (error) {
    if (!(error instanceof RampartError)) throw error;
    throw environmentError(
      'fault-failed',
      `faults of the network are put in force by a program that must be built first: ${error.message}`,
      'It takes Go 1.25 or later, and the Go module proxy or its modules in the cache.',
      error,
    );
  }
}
