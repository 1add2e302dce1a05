/** Set-up of unit tests: whatever starts a process, a thread or a server fails there, with the name that such a test should have. */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import workerThreads from 'node:worker_threads';

function refuse(what: string): () => never {
  return () => {
    throw new Error(`a unit test starts ${what}; a test that does is called <name>.contract.test.ts`);
  };
}

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const)
  Object.assign(childProcess, { [name]: refuse('a process') });
Object.assign(workerThreads, { Worker: refuse('a thread') });
net.Server.prototype.listen = refuse('a server');
net.Socket.prototype.connect = refuse('a connection');
syncBuiltinESMExports();
