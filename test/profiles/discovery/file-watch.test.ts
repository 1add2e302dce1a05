import { describe, expect, it } from 'vitest';
import type { Found } from '../../../src/profiles/discovery/discovery.ts';
import { fileDiscovery } from '../../../src/profiles/discovery/file-watch.ts';

/** Files in memory, looked at when the test says so. */
async function watching(files: Map<string, string | Error>, patterns = ['/x/a.json']) {
  const told: Found[] = [];
  let look = async () => {};
  let isEnded = false;
  const open = await fileDiscovery('files', patterns, {
    matching: async (pattern) =>
      [...files.keys()].filter((file) =>
        pattern.includes('*') ? file.startsWith(pattern.split('*')[0] ?? '') : file === pattern,
      ),
    read: async (file) => {
      const text = files.get(file);
      if (text instanceof Error) throw text;
      return text;
    },
    again: (_, next) => {
      look = next;
      return { end: () => (isEnded = true) };
    },
  }).open((found) => told.push(found));
  return { told, look: () => look(), ids: () => told.at(-1)?.targets.map(({ id }) => id), open, ended: () => isEnded };
}

describe('lists in files', () => {
  it('are taken up when they change, and told only then', async () => {
    const files = new Map<string, string>([['/x/a.json', '[{"targets":["a:1"]}]']]);
    const { told, look, ids, open, ended } = await watching(files);
    expect(ids()).toEqual(['a:1']);
    await look();
    expect(told).toHaveLength(1);
    files.set('/x/a.json', '[{"targets":["a:1","b:2"]}]');
    await look();
    expect(ids()).toEqual(['a:1', 'b:2']);
    files.delete('/x/a.json');
    await look();
    expect(ids()).toEqual([]);
    expect(told.at(-1)?.notes).toEqual(['/x/a.json: there is no such file']);
    await open.close();
    expect(ended()).toBe(true);
  });

  it('keep the last good one while a file is broken, and say so with its place', async () => {
    const files = new Map<string, string | Error>([
      ['/x/a.json', '[{"targets":["a:1"]}]'],
      ['/x/b.json', '[{"targets":["b:1"]}]'],
    ]);
    const { told, look, ids } = await watching(files, ['/x/*']);
    files.set('/x/b.json', '[{"targets":["b:1"');
    await look();
    expect(ids()).toEqual(['a:1', 'b:1']);
    expect(told.at(-1)?.stale).toMatch(/^the last good list is kept: \/x\/b\.json:1:\d+/);
    files.set('/x/b.json', new Error('EACCES: permission denied'));
    await look();
    expect(ids()).toEqual(['a:1', 'b:1']);
    expect(told.at(-1)?.stale).toMatch(/permission denied/);
    files.set('/x/b.json', '[{"targets":["b:2"]}]');
    await look();
    expect(ids()).toEqual(['a:1', 'b:2']);
    expect(told.at(-1)?.stale).toBeUndefined();
  });

  it('need not be there yet', async () => {
    const files = new Map<string, string>();
    const { told, look, ids } = await watching(files);
    expect(told).toEqual([{ targets: [], notes: ['/x/a.json: there is no such file'], stale: undefined }]);
    files.set('/x/a.json', '[{"targets":["a:1"]}]');
    await look();
    expect(ids()).toEqual(['a:1']);
  });
});
