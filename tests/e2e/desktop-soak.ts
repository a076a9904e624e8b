/** The long run of the desktop till: its app killed amid sales, again and again. `cargo xtask test --soak`. */
import { expect, it } from "vitest";
import { dice, judge, say, TIMES } from "./lives";
import { Master } from "./master";
import { Desktop, DesktopTill } from "./window";

/** An app lives so long at most before it is killed, from its first sale on. */
const LONGEST_LIFE_MS = 6_000;
/** Of ten lives so many have no master. */
const ALONE_OF_TEN = 3;
/** Progress is told after every so many lives. */
const TOLD_EVERY = 10;

it(
  `loses no sale that was shown as done, and doubles none, when the app is killed ${String(TIMES)} times`,
  async () => {
    const master = await Master.start();
    const [person] = master.people();
    if (person === undefined) throw new Error("nobody to log in");
    const desktop = await Desktop.open();
    const till = new DesktopTill(desktop);
    const chance = dice(7);
    const done = new Set<string>();
    for (let life = 0; life < TIMES; life += 1) {
      const alone = life > 0 && chance() * 10 < ALONE_OF_TEN;
      if (alone && master.running) await master.kill();
      if (!alone && !master.running) await master.resume();
      await till.open();
      if (life === 0) await till.join(master.url, master.command("enroll").trim(), "Counter");
      await till.login(person);
      const end = Date.now() + chance() * LONGEST_LIFE_MS;
      let dead = false;
      const selling = (async () => {
        while (!dead) done.add(await till.sell());
      })().catch(() => undefined);
      // The time of a life is what this run is about: at any moment of a sale.
      await new Promise((resolve) => setTimeout(resolve, end - Date.now()));
      dead = true;
      till.kill();
      await selling;
      if ((life + 1) % TOLD_EVERY === 0) say(`killed ${String(life + 1)} of ${String(TIMES)} times, ${String(done.size)} sales shown as done`);
    }
    if (!master.running) await master.resume();
    await till.open();
    await till.login(person);
    await till.says(/^Online$/);
    expect(/needs? attention/.test(await till.text())).toBe(false);
    await till.close();
    desktop.close();
    const sold = await judge(master, done);
    await till.remove();
    say(`${String(TIMES)} lives of the app, ${String(done.size)} sales shown as done, ${String(sold)} at the master`);
  },
  TIMES * 60_000,
);
