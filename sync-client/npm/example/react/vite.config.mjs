// Runs from this repository: React comes from the web app's packages, the client from beside this.
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const app = (name) => here(`../../../../web/node_modules/${name}`);

export default {
  root: here("."),
  cacheDir: app(".vite-dashboard"),
  resolve: {
    alias: [
      { find: "@tillsync/client/react", replacement: here("../../react/index.js") },
      { find: "@tillsync/client", replacement: here("../../dist/index.js") },
      { find: /^(react|react-dom)(\/.*)?$/, replacement: `${app("$1")}$2` },
    ],
  },
  optimizeDeps: { include: ["react", "react/jsx-dev-runtime", "react-dom/client"] },
  oxc: { jsx: { runtime: "automatic" } },
  server: { fs: { allow: [here("../..")] } },
};
