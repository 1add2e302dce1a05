import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const testTimeout = 60_000;
/** axe looks at each of thousands of cells: some ten seconds on a quiet machine. */
const pageTimeout = 180_000;
/** How long one waits for what must come is no claim of a test: the time of the whole test is the only limit. */
const waiting = { poll: { timeout: testTimeout } };
const maxWorkers = Math.max(availableParallelism(), 2);
/** The built program is loaded as it is: to read it as a source takes longer than most of what is asked of it. */
const server = { deps: { external: [/\/dist\//] } };

/**
 * Six projects: `unit` is pure and takes seconds; `contract` starts processes, threads and servers, beside each other;
 * `browser` opens pages in one Chromium; `e2e` runs the built command, a few beside each other, because such runs mostly wait; `e2e-alone` where what is measured, or what is
 * left on the whole machine, is what is held. `e2e-slow` is not of `npm test`: it builds much, or runs what others run in another way.
 */
// biome-ignore lint/style/noDefaultExport: Vitest reads the default export
export default defineConfig({
  root,
  test: {
    // Each source is made ready for Node once, not once for each project.
    experimental: { fsModuleCache: true },
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.contract.test.ts', 'test/contracts/**', 'test/browser/**', 'test/e2e/**'],
          setupFiles: ['test/helpers/starts-nothing.ts'],
          // What is pure leaves nothing behind that another file could meet; to load it anew for each file takes longer than most tests.
          isolate: false,
          maxWorkers,
          testTimeout,
          expect: waiting,
        },
      },
      {
        root,
        test: {
          name: 'contract',
          include: ['test/**/*.contract.test.ts', 'test/contracts/**/*.test.ts'],
          // They mostly wait.
          maxWorkers: 2 * maxWorkers,
          // On a busy machine a build of Go alone, and a worker that starts, take tens of seconds.
          testTimeout: 180_000,
          hookTimeout: 120_000,
          expect: waiting,
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: {
          name: 'browser',
          include: ['test/browser/*.browser.test.ts'],
          globalSetup: ['test/browser/start-chromium.ts'],
          // Each opens pages of its own; to load all that makes them anew for each file takes longer than many tests.
          isolate: false,
          // Beside the contracts, with as many workers: Vitest wants the same of what runs together.
          maxWorkers: 2 * maxWorkers,
          testTimeout: pageTimeout,
          hookTimeout: 120_000,
          expect: { poll: { timeout: pageTimeout } },
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          server,
          include: ['test/e2e/*.test.ts'],
          maxWorkers: 5,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        root,
        test: {
          name: 'e2e-slow',
          server,
          include: ['test/e2e/slow/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        root,
        test: {
          name: 'e2e-alone',
          server,
          include: ['test/e2e/alone/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
