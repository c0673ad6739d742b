import { defineConfig } from 'vite';

export default defineConfig({
  base: '/console/',
  build: {
    assetsDir: 'static',
    // Inlined files would become data: URLs in scripts, which the page's policy does not run.
    assetsInlineLimit: 0,
    // Monaco with its workers is big by nature and is cached for good after the first visit.
    chunkSizeWarningLimit: 6000,
    // Vite's preload shim would be an extra script for browsers that no longer exist.
    modulePreload: { polyfill: false },
    target: 'es2023',
    // Some libraries mark files for React servers; there is none here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: 'es' },
});
