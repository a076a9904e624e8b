export { default as init } from "./dist/sync_client.js";
export * from "./dist/sync_client.js";
