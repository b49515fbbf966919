import { defineConfig } from 'vitest/config';

// One screen, one keychain, one journey: nothing runs beside anything, and the first
// failure ends the run, since what follows builds on it.
export default defineConfig({
  test: {
    include: ['*.test.ts'],
    fileParallelism: false,
    bail: 1,
    testTimeout: 180_000,
    hookTimeout: 90_000,
    reporters: ['verbose'],
    globalSetup: ['parts/faults.ts'],
  },
});
