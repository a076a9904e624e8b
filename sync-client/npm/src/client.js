import { Client as Engine } from "../dist/sync_client.js";
import { conflicts, resolve } from "./conflicts.js";
import { on } from "./events.js";
import { onFault } from "./fault.js";
import { acknowledge, closeTask, notices, tasks } from "./raised.js";
import { answer, turn } from "./tabs.js";

/** The engine with what follows from its calls. `index.d.ts` says what each method means. */
export class Client extends Engine {
  static async open({ wait, ...options }) {
    for (let takeOver = options.takeOver ?? false; ; ) {
      try {
        const engine = await super.open({ ...options, takeOver });
        // The same object with more methods: there is nothing to hand through.
        const client = Object.setPrototypeOf(engine, Client.prototype);
        Object.assign(client, { schema: options.schema, person: null, faults: new Map() });
        client.silence = answer(client, options.name);
        return client;
      } catch (error) {
        if (!wait || error.code !== "other_tab") throw error;
        takeOver = await turn(options.name);
      }
    }
  }

  async login(user, pin) {
    this.person = await this.request(`/v1/employees/${encodeURIComponent(user)}/login`, { pin });
    return this.person;
  }

  logout() {
    this.person = null;
  }

  async record(mutation) {
    const { person } = this;
    if (!mutation.user && !person) {
      const message = "say whose work this is, or log somebody in";
      throw { code: "not_logged_in", class: "needs_auth", message, field: "user" };
    }
    return super.record(mutation.user ? mutation : { ...mutation, user: person.id, verified: "pin" });
  }

  async fetch(collection, ids) {
    const { items } = await this.request("/v1/sync/fetch", { collection, ids });
    return items
      .filter(({ record }) => !record.deleted)
      .map(({ collection, record: { id, version, doc = {} } }) => ({ collection, id, version, doc }));
  }

  conflicts(status) {
    return conflicts(this, status);
  }

  resolve(choices, options) {
    return resolve(this, [choices].flat(), options);
  }

  tasks(status) {
    return tasks(this, status);
  }

  closeTask(task, end) {
    return closeTask(this, task, end);
  }

  notices() {
    return notices(this);
  }

  acknowledge(notice, options) {
    return acknowledge(this, notice, options);
  }

  close() {
    this.silence();
    return super.close();
  }

  /** An engine that has stopped says nothing any more: its last words are said for it. */
  onStatus(listener) {
    let last;
    const number = super.onStatus((status) => listener((last = status)));
    const failed = ({ message }) => listener({ ...last, connection: { state: "failed", message } });
    this.faults.set(number, onFault(failed));
    return number;
  }

  unsubscribe(number) {
    this.faults.get(number)?.();
    this.faults.delete(number);
    super.unsubscribe(number);
  }

  on(event, listener) {
    return on(this, event, listener);
  }
}
