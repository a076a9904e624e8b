import type { LoginResult, SyncStatus } from "../backend";
import { toErrorShape } from "../backend-error";
import type { Listening } from "../messages";
import { mayBeAskedAgain } from "./asked-again";
import { type Engine, GO_ON, type GuestEngine } from "./engine";
import { Guests } from "./guests";
import { Host, LOST_TAB } from "./host";
import type { Life } from "./life";
import type { SessionId, TabId, TabMessage, TabRoad } from "./messages";

/** How often a tab asks for the one that works, until it is answered. */
const AGAIN_MS = 2_000;
/** How long a page that opens waits for that answer before it says that another tab works. */
const FIRST_MS = 1_000;
/** The same after the tab that worked has stopped: the next one may have to open the databases. */
const NEXT_MS = 20_000;

/** About this very tab, whoever works for it. */
const OWN: ReadonlySet<string> = new Set(["takeOver", "close", "setVisible"]);

/** What an engine answers with that works no more: its tab is gone, or was replaced, which a write is the first to notice. */
const LOST: ReadonlySet<string> = new Set([LOST_TAB.code, "other_tab", "storage_held"]);

interface Listener {
  readonly method: Listening;
  readonly args: readonly unknown[];
  readonly tell: (value: unknown) => void;
  /** What ends it at the engine that it listens to. */
  end: Promise<() => void> | null;
}

interface Search {
  readonly session: SessionId;
  readonly stop: () => void;
}

interface Place {
  readonly road: TabRoad;
  readonly self: TabId;
  /** Two builds may mean different things by the same word. */
  readonly build: string;
  readonly life: Life;
  /** This tab's own engine, which waits while another tab's works. */
  readonly own: Engine;
  /** The same for another tab. */
  readonly forTab: () => GuestEngine;
}

/**
 * The one engine of a browser, for each of its tabs. Where this tab works, it is the own one, and
 * other tabs may ask it. Else it is that of the tab that works, which is searched for; while none
 * answers, it is the own one again, whose status says that another tab works. When the engine changes,
 * listeners and the person who is logged in move along, and a page notices nothing.
 */
export class SharedEngine {
  readonly #place: Place;
  readonly #guests: Guests;
  readonly #listeners = new Map<number, Listener>();
  #nextListener = 1;
  #nextSession = 1;
  /** Whether the own engine works; `null` until that is known. */
  #works: boolean | null = null;
  /** What answers now; `null` for as long as it is worth waiting for whoever works next. */
  #engine: Engine | null = null;
  #search: Search | null = null;
  #person: string | null = null;
  #waiting: ((engine: Engine) => void)[] = [];

  private constructor(place: Place) {
    this.#place = place;
    this.#guests = new Guests(place);
  }

  /** Resolves when it is known who works, or nobody answers. */
  static async open(place: Place): Promise<SharedEngine> {
    const shared = new SharedEngine(place);
    const known = shared.#next();
    place.road.hear((message) => shared.#hear(message));
    await place.own.listen("onStatus", [], (status) => {
      shared.#guests.work(serves(status));
      shared.#turn(!isOtherTab(status));
    });
    await known;
    return shared;
  }

  async call(method: string, args: readonly unknown[]): Promise<unknown> {
    if (OWN.has(method)) return this.#place.own.call(method, args);
    if (method === "unsubscribe") return this.#unsubscribe(args[0] as number);
    // Whatever becomes of the call: nobody is logged in at the next engine.
    if (method === "logout") this.#person = null;
    for (;;) {
      const engine = this.#engine ?? (await this.#next());
      try {
        const value = await engine.call(method, args);
        if (method === "login" && (value as LoginResult).ok) this.#loggedIn(engine, args[0] as string);
        return value;
      } catch (thrown) {
        const alone = this.#engine === this.#place.own && this.#works === false;
        const { code } = toErrorShape(thrown);
        if (alone || !LOST.has(code)) throw thrown;
        // What is meant for a tab that nobody works for would mislead: this one goes on.
        if (!mayBeAskedAgain(method)) throw code === "other_tab" ? LOST_TAB : thrown;
        if (this.#engine === engine) await this.#next();
      }
    }
  }

  /** Calls back until `unsubscribe` is called with the number that this answers. */
  async listen(method: Listening, args: readonly unknown[], tell: (value: unknown) => void): Promise<number> {
    const listener: Listener = { method, args, tell, end: null };
    const number = this.#nextListener++;
    this.#listeners.set(number, listener);
    const engine = this.#engine;
    try {
      if (engine !== null) await this.#follow(listener, engine);
    } catch (thrown) {
      // Where only the tab has gone, it is followed at the next one.
      if (this.#engine === engine && thrown !== LOST_TAB) {
        this.#listeners.delete(number);
        throw thrown;
      }
    }
    return number;
  }

  async #unsubscribe(number: number): Promise<void> {
    const listener = this.#listeners.get(number);
    this.#listeners.delete(number);
    await ended(listener);
  }

  /** The own engine works from now on, or waits. */
  #turn(works: boolean): void {
    if (works === this.#works) return;
    const opening = this.#works === null;
    this.#works = works;
    if (works) this.#use(this.#place.own);
    else this.#seek(opening ? FIRST_MS : NEXT_MS);
  }

  #hear(message: TabMessage): void {
    this.#guests.hear(message);
    if (this.#works !== false) return;
    const host = this.#engine instanceof Host ? this.#engine : null;
    host?.hear(message);
    if (message.kind === "here") this.#seek(message.build === this.#place.build ? NEXT_MS : 0);
    if (message.kind === "attached") this.#attached(message.from, message.session);
    const gone = message.kind === "gone" && message.from === host?.tab;
    const unknown = message.kind === "unknown" && message.session === host?.session;
    if (gone || unknown) this.#seek(NEXT_MS);
  }

  /** Searches for whoever works; without an answer for so long, the own engine says that another tab does. */
  #seek(patience: number): void {
    const { road, self, build, own } = this.#place;
    if (this.#engine instanceof Host) this.#engine.end();
    if (this.#engine !== own || this.#search === null) this.#engine = null;
    const session = this.#search?.session ?? `${self}/${String(this.#nextSession++)}`;
    this.#search?.stop();
    const ask = () => road.post({ kind: "attach", from: self, session, build });
    const again = setInterval(ask, AGAIN_MS);
    const alone = setTimeout(() => this.#engine === null && this.#alone(), patience);
    const stop = () => {
      clearInterval(again);
      clearTimeout(alone);
    };
    this.#search = { session, stop };
    ask();
  }

  /** The page begins anew, with nobody logged in, as soon as a tab works again. */
  #alone(): void {
    this.#person = null;
    this.#move(this.#place.own);
  }

  #attached(tab: TabId, session: SessionId): void {
    const { road, life } = this.#place;
    if (session !== this.#search?.session) return;
    const host = new Host(road, tab, session);
    const next = life.passesOn ? NEXT_MS : FIRST_MS;
    void life.gone(tab, host.over).then(() => this.#engine === host && this.#seek(next));
    this.#use(host);
  }

  /** Whoever works is known. */
  #use(engine: Engine): void {
    this.#search?.stop();
    this.#search = null;
    this.#move(engine);
  }

  #move(to: Engine): void {
    const from = this.#engine;
    if (from instanceof Host) from.end();
    this.#engine = to;
    // Said first: what follows is done in their name, or in nobody's.
    const said = this.#person === null ? to.call("logout", []) : to.call(GO_ON, [this.#person]);
    said.catch(() => undefined);
    for (const listener of this.#listeners.values()) {
      void ended(listener);
      this.#follow(listener, to).catch(() => undefined);
    }
    for (const go of this.#waiting.splice(0)) go(to);
  }

  async #follow(listener: Listener, engine: Engine): Promise<void> {
    listener.end = engine.listen(listener.method, listener.args, (value) => {
      if (this.#engine !== engine) return;
      // Not before it is known that no other tab answers.
      if (listener.method === "onStatus" && isOtherTab(value) && this.#search === null) return;
      listener.tell(value);
    });
    await listener.end;
  }

  #loggedIn(engine: Engine, person: string): void {
    // To an engine that has ended meanwhile: the next one knows nothing of it.
    if (engine !== this.#engine) throw LOST_TAB;
    this.#person = person;
  }

  /** The engine that is used next. */
  #next(): Promise<Engine> {
    return new Promise((go) => this.#waiting.push(go));
  }
}

async function ended(listener: Listener | undefined): Promise<void> {
  const end = await listener?.end?.catch(() => null);
  end?.();
}

/** Whether an engine can do what other tabs ask: one that has stopped leaves them to another. */
function serves(status: unknown): boolean {
  const { connection } = status as SyncStatus;
  const stopped = connection.state === "other_tab" || connection.state === "failed";
  return !stopped && (connection.state !== "storage" || connection.problem === "full");
}

function isOtherTab(status: unknown): boolean {
  return (status as SyncStatus).connection.state === "other_tab";
}
