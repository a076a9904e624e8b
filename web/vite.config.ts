import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where `npm run dev` finds a running master. */
const master = process.env["TILLSYNC_MASTER"] ?? "http://127.0.0.1:7400";

export default defineConfig(({ mode }) => ({
  resolve: {
    alias: {
      "#web-client": here("./src/wasm/web_client.js"),
      "#engine-fault": here("../sync-client/npm/src/fault.js"),
    },
  },
  plugins: [
    react(),
    VitePWA({
      // A new version waits until somebody confirms it: never in the middle of a sale.
      registerType: "prompt",
      injectRegister: false,
      disable: mode === "mock",
      manifest: {
        name: "Tillsync",
        short_name: "Tillsync",
        description: "Sell with or without network.",
        display: "standalone",
        orientation: "any",
        start_url: "/",
        background_color: "#f6f5f2",
        theme_color: "#0f5c5c",
        icons: [
          { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
          { src: "/icon.svg", sizes: "any", type: "image/svg+xml" },
        ],
      },
      workbox: {
        globPatterns: ["**/*.{html,js,css,wasm,svg,png,webmanifest}"],
        // The Rust module is the largest file of the app and the till is nothing without it.
        maximumFileSizeToCacheInBytes: 8 * 1024 * 1024,
        navigateFallback: "/index.html",
        navigateFallbackDenylist: [/^\/v1\//, /^\/healthz/, /^\/readyz/, /^\/metrics/],
        cleanupOutdatedCaches: true,
      },
    }),
  ],
  worker: { format: "es" },
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 900 },
  server: {
    proxy: { "/v1": { target: master, ws: true, changeOrigin: true } },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    // A failed query prints its message, not the whole page.
    env: { DEBUG_PRINT_LIMIT: "0" },
    restoreMocks: true,
    // A person's typing takes its time; so does a machine that builds something else meanwhile.
    testTimeout: 30_000,
  },
}));
