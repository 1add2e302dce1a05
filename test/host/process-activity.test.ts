/** What a process does, as the texts under /proc tell it. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  parseFileLimit,
  parseRunDelayMs,
  parseStorage,
  parseSwitches,
  readActivity,
} from '../../src/host/process-activity.ts';

/** As Linux 6.18 writes them. */
const stat = (tid: number, state: string, blkio: number) =>
  `${tid} (a) b) ${state} 31628 31629 31629 0 -1 4194560 4246 66097 12 28 250 50 47 75 20 0 3 0 2344169 5251072 969 18446744073709551615 94742078615552 94742079404957 140731613689296 0 0 0 65536 4 1132560123 1 0 0 17 1 0 0 ${blkio} 0 0 94742079638256 94742079686500 94742080096768 140731613690716 140731613690731 140731613690731 140731613691882 0\n`;
const status = (voluntary: number, involuntary: number) =>
  `Name:\ta) b\nState:\tS (sleeping)\nvoluntary_ctxt_switches:\t${voluntary}\nnonvoluntary_ctxt_switches:\t${involuntary}\n`;
const limits =
  'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 524288               files     \n';
const io =
  'rchar: 6976\nwchar: 1\nsyscr: 10\nsyscw: 0\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 77\n';

const process7 = {
  'proc/7/stat': stat(7, 'S', 0),
  'proc/7/limits': limits,
  'proc/7/io': io,
  'proc/7/fd/0': '',
  'proc/7/fd/1': '',
  'proc/7/task/7/status': status(100, 7),
  'proc/7/task/7/schedstat': '174090 1041884 2\n',
  'proc/7/task/7/stat': stat(7, 'S', 30),
  'proc/7/task/9/status': status(5, 1),
  'proc/7/task/9/schedstat': '9 2000000 3\n',
  'proc/7/task/9/stat': stat(9, 'D', 2),
};

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rampart-activity-'));
});

afterEach(() => rm(root, { recursive: true }));

async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

describe('readActivity', () => {
  it('reads a process and each of its threads', async () => {
    await files({ ...process7, 'proc/sys/kernel/task_delayacct': '1\n' });
    expect(await readActivity(7, root)).toMatchObject({
      pid: 7,
      stat: { threads: 3, userTicks: 250, systemTicks: 50, majorFaults: 12, startTicks: 2344169 },
      fileLimit: 1024,
      storage: { readBytes: 4096, writtenBytes: 8192 },
      threads: new Map([
        [7, { runDelayMs: 1.041884, ioDelayMs: 300, voluntarySwitches: 100, involuntarySwitches: 7 }],
        [9, { runDelayMs: 2, ioDelayMs: 20, voluntarySwitches: 5, involuntarySwitches: 1 }],
      ]),
      isRefused: false,
    });
  });

  it.each([['0\n'], [undefined]])(
    'takes the zeros of a kernel that counts no waits for storage for none (%j)',
    async (on) => {
      await files(on === undefined ? process7 : { ...process7, 'proc/sys/kernel/task_delayacct': on });
      expect((await readActivity(7, root))?.threads.get(7)?.ioDelayMs).toBeUndefined();
    },
  );

  it.runIf(process.getuid?.() !== 0)('knows what it may not read', async () => {
    await files(process7);
    await chmod(join(root, 'proc/7/io'), 0);
    expect(await readActivity(7, root)).toMatchObject({ storage: undefined, isRefused: true });
  });

  it('leaves out a thread that ended while it was read', async () => {
    await files(process7);
    await rm(join(root, 'proc/7/task/9/status'));
    expect([...((await readActivity(7, root))?.threads.keys() ?? [])]).toEqual([7]);
  });

  it.each(['Z', 'X'])('has nothing of what remains of a process (%s)', async (state) => {
    await files({ ...process7, 'proc/7/stat': stat(7, state, 0) });
    expect(await readActivity(7, root)).toBeUndefined();
  });

  it('has nothing where there is no process', async () => {
    expect(await readActivity(8, root)).toBeUndefined();
  });
});

it('no limit of open files is infinite', () => {
  expect(parseFileLimit('Max open files            unlimited            unlimited            files     \n')).toBe(
    Number.POSITIVE_INFINITY,
  );
});

it('the kernel of a sandbox that tells less is understood as far as it goes', () => {
  expect(parseSwitches('Name:\ta\n')).toEqual({});
  expect(parseFileLimit('')).toBeUndefined();
  expect(parseRunDelayMs('')).toBeUndefined();
  expect(parseStorage('rchar: 0\n')).toBeUndefined();
});

it('no text makes a number that is not one', () => {
  const isNumber = (value: number | undefined) => value === undefined || value >= 0;
  const lines = fc.array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        'read_bytes: ',
        'write_bytes: -1',
        'Max open files  ',
        'voluntary_ctxt_switches:\tx',
        '1 2 3',
        '1 -2 3',
      ),
    ),
  );
  fc.assert(
    fc.property(lines, (parts) => {
      const text = parts.join('\n');
      const { readBytes, writtenBytes } = parseStorage(text) ?? {};
      const { voluntarySwitches, involuntarySwitches } = parseSwitches(text);
      const numbers = [readBytes, writtenBytes, voluntarySwitches, involuntarySwitches];
      expect([...numbers, parseRunDelayMs(text), parseFileLimit(text)].every(isNumber)).toBe(true);
    }),
  );
});
