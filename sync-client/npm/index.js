export { default as init, Client } from "./dist/sync_client.js";
