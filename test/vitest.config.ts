import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const maxWorkers = Math.max(availableParallelism(), 2);

/**
 * Three projects: `unit` is pure and takes seconds; `contract` starts processes, threads and servers, beside each other;
 * `e2e` runs the built command, one after another, because such runs share ports, cores and Docker.
 */
// biome-ignore lint/style/noDefaultExport: Vitest reads the default export
export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.contract.test.ts', 'test/contracts/**', 'test/e2e/**'],
          setupFiles: ['test/helpers/starts-nothing.ts'],
          maxWorkers,
          testTimeout: 20_000,
        },
      },
      {
        root,
        test: {
          name: 'contract',
          include: ['test/**/*.contract.test.ts', 'test/contracts/**/*.test.ts'],
          maxWorkers,
          testTimeout: 20_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
