/** The result as JSON text, keys in the order of the result, two spaces, one newline at the end. */
import type { Reporter } from '../model/contracts.ts';

/** Writes the result as it is. */
export const jsonReporter: Reporter = {
  format: 'json',
  fileName: 'result.json',
  render: (result) => `${JSON.stringify(result, undefined, 2)}\n`,
};
