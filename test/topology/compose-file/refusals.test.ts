/** What Docker Compose refuses is refused, with its place and all at once (test/e2e/compose-corpus.test.ts asks Compose itself). */
import { expect, it } from 'vitest';
import { messageOf } from '../../../src/model/errors.ts';
import { parseComposeFile, serviceEnvironment } from '../../../src/topology/compose-file/compose-file.ts';
import { projectOf } from '../../helpers/compose-project.ts';
import { composeRefusals } from '../../helpers/compose-refusals.ts';

it.each(composeRefusals)('$name', ({ files, says }) => {
  const read = () => {
    const file = parseComposeFile(projectOf(files), {});
    for (const service of file.active) serviceEnvironment(service, file);
    return expect.unreachable('accepted');
  };
  let message = '';
  try {
    read();
  } catch (error) {
    message = messageOf(error);
  }
  expect(message.split('\n')).toEqual(says);
});
