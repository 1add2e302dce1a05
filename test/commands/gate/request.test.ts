import { expect, it } from 'vitest';
import { readGateRequest } from '../../../src/commands/gate/request.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';

it('refuses everything that is wrong with the flags at once, before rounds are spent', async () => {
  const args = argsOf({ 'self-check': true, format: 'html', baseline: 'main', budget: 'long' });
  const read = readGateRequest(args, contextOf({}).context);
  await expect(read).rejects.toThrow(
    /a self-check cannot be shown as html .*\na scenario is missing .*\n--self-check and --baseline exclude each other.*\n--budget must be/s,
  );
});
