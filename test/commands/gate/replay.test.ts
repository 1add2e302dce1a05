import { expect, it } from 'vitest';
import { replayGate } from '../../../src/commands/gate/replay.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';

it('refuses all that would change nothing of rounds that are over', async () => {
  const args = argsOf({
    engine: 'process',
    set: ['load.timeout=5s'],
    env: ['api.GOGC=50'],
    tag: ['release=1.5'],
    'self-check': true,
  });
  const replayed = replayGate('not-there/gate.json', args, contextOf({}).context);
  await expect(replayed).rejects.toMatchObject({ code: 'flag-invalid', exitCode: 2 });
  for (const flag of ['--engine', '--set', '--env', '--tag', '--self-check'])
    await expect(replayed).rejects.toThrow(`${flag} and --replay exclude each other`);
});

it('says which file of a folder is meant', async () => {
  const replayed = replayGate('/', argsOf({}), contextOf({}).context);
  await expect(replayed).rejects.toThrow('--replay / must be a file, and is a folder (example: --replay /gate.json)');
});
