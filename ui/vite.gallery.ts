import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The gallery draws every state from fixtures, for pictures and for axe. It is not shipped.
export default defineConfig({
  root: 'dev',
  plugins: [svelte()],
  server: { fs: { allow: ['..', '../icons'] } },
  build: { outDir: '../node_modules/.gallery', emptyOutDir: true, assetsInlineLimit: 0 },
});
