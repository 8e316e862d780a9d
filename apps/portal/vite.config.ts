import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  logLevel: 'warn',
  build: {
    outDir: 'dist',
    target: 'es2023',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
    modulePreload: { polyfill: false },
  },
  // `npm run dev` starts the fake API of dev/ on this port.
  server: { proxy: { '/api': process.env['PILEUS_API'] ?? 'http://127.0.0.1:7811' } },
});
