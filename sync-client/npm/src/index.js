export { default as init } from "../dist/sync_client.js";
export { Client } from "./client.js";
