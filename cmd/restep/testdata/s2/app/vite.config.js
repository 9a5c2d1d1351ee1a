import { defineConfig } from "vite";

// The sources stand in the repository, their packages and what is built of both in .cache.
export default defineConfig({
  esbuild: { jsx: "automatic" },
  build: { sourcemap: true, chunkSizeWarningLimit: 2000 },
});
