import { defineConfig } from 'vitest/config';

/** Labs own the machine's two cores while they run: never two files at a time, and never beside the unit tests. */
const serial = { fileParallelism: false, maxWorkers: 1, testTimeout: 120_000, hookTimeout: 600_000 } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], sequence: { groupOrder: 0 } } },
      { test: { name: 'lab', include: ['test/lab/**/*.test.ts'], sequence: { groupOrder: 1 }, ...serial } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], sequence: { groupOrder: 2 }, ...serial } },
    ],
  },
});
