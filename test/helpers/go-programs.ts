/** Go programs of this repository that tests start themselves: each is linked once, for whoever asks. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buildInCache } from '../../src/host/binary-cache.ts';

const root = join(import.meta.dirname, '..', '..');
const cache = join(root, 'node_modules', '.cache', 'go-programs');

/** The path of a binary called `name`, built from a package of the module in `context`. */
export async function goProgram(name: string, context: string, pkg = '.'): Promise<string> {
  const key = createHash('sha256').update(`${context} ${pkg}`).digest('hex').slice(0, 16);
  return await buildInCache({ root: cache, key, name, context }, async (work) => {
    // Without cgo, so that it runs in an image that holds nothing else.
    const env = { ...process.env, CGO_ENABLED: '0' };
    execFileSync('go', ['build', '-o', work, pkg], { cwd: context, env });
  });
}

/** The example's downstream. */
export async function downstreamProgram(): Promise<string> {
  return await goProgram('downstream', join(root, 'compose'), './downstream');
}
