import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // svelteTesting makes the tests load Svelte's browser half; it does nothing in a build.
  plugins: [svelte(), svelteTesting()],
  // The app's mark lies with the icons, beside this folder.
  server: { fs: { allow: ['.', '../icons'] } },
  build: {
    target: ['safari16', 'chrome111'],
    // Nothing inline: the window's content policy allows files of its own, and nothing else.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.ts'],
    // A deadline, not a measurement: a busy machine is no failure.
    testTimeout: 30_000,
    setupFiles: ['tests/setup.ts'],
    env: { TZ: 'America/New_York' },
  },
});
