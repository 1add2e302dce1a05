import { expect, it } from 'vitest';
import { readFiles } from '../../../src/profiles/files/profile-files.ts';

it('reading ends when it is aborted, before all files are looked at', async () => {
  const abort = new AbortController();
  const stopped = new Error('stopped');
  const bad = Array.from({ length: 3 }, (_, index) => ({ name: `gone-${index}`, path: `/nowhere/gone-${index}` }));
  await expect(readFiles(bad, abort.signal, () => undefined)).rejects.toThrow('gone-2: ');
  abort.abort(stopped);
  await expect(readFiles(bad, abort.signal, () => undefined)).rejects.toBe(stopped);
});
