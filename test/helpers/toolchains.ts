/** Go toolchains beside the one on PATH. */
import { execFileSync } from 'node:child_process';

/** An older one that the Go tool can have, over the network or from its cache; undefined where it can have none. */
export function olderToolchain(): string | undefined {
  return ['go1.25.5', 'go1.24.11'].find((name) => {
    try {
      const env = { ...process.env, GOTOOLCHAIN: name };
      return (
        execFileSync('go', ['env', 'GOVERSION'], { env, encoding: 'utf8', stdio: 'pipe', timeout: 60_000 }).trim() ===
        name
      );
    } catch {
      return false;
    }
  });
}
