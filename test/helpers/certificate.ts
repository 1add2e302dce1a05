/** A certificate for 127.0.0.1 and shop.example that signed itself, made by the generator that comes with Go. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Writes `cert.pem` and `key.pem` into a directory. */
export function makeCertificate(directory: string): { readonly cert: string; readonly key: string } {
  const goRoot = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
  const generator = join(goRoot, 'src', 'crypto', 'tls', 'generate_cert.go');
  const names = ['--host', '127.0.0.1,shop.example'];
  const options = { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] as const };
  execFileSync('go', ['run', generator, ...names, '--ca', '--ecdsa-curve', 'P256'], {
    ...options,
    stdio: [...options.stdio],
  });
  return { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
}
