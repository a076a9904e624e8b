import { useDoc, useNotices, useQuery, useStatus, useTasks } from "@tillsync/client/react";

const HOUR_MS = 3_600_000;
const STATES = {
  no_network: "No network: this is what was here last",
  connecting: "Connecting …",
  checking: "Checking the connection …",
  online: "Live",
  server_unreachable: "The master cannot be reached: this is what was here last",
  paused: "This dashboard is not let in: join again",
  draining: "The master is about to stop",
  storage: "This browser does not keep data",
  other_tab: "Another tab shows this dashboard",
  failed: "Something broke: reload the page",
};

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const amount = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2 });
const money = (minor) => amount.format(minor / 100);

export function Board() {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const today = useQuery({
    collection: "sales",
    filter: [{ field: "sold_at", op: "gte", value: midnight }],
    sort: { field: "sold_at", desc: true },
    fields: ["number", "sold_at", "employee_name", "total"],
  });
  const sales = today?.items.map(({ id, doc }) => ({ id, ...doc })) ?? [];
  const sold = sales.reduce((sum, { total }) => sum + total, 0);
  const tasks = useTasks();
  return (
    <>
      <header>
        <h1>{day.format(midnight)}</h1>
        <Status />
      </header>
      <Notices />
      <main>
        <Figure name="Sold today" value={money(sold)} />
        <Figure name="Sales" value={sales.length} />
        <Figure name="Average" value={sales.length > 0 ? money(sold / sales.length) : "–"} />
        <Figure name="To do" value={tasks?.length ?? "–"} />
        <Hours sales={sales} midnight={midnight} />
        <LastSales sales={sales.slice(0, 8)} />
        <LowestStock />
      </main>
    </>
  );
}

function Status() {
  const { connection, firstSync } = useStatus();
  const share = firstSync?.total ? Math.floor((100 * firstSync.done) / firstSync.total) : null;
  return (
    <p role="status" className={connection.state === "online" ? "live" : "away"}>
      {share === null ? STATES[connection.state] : `Getting the shop: ${share} %`}
    </p>
  );
}

function Notices() {
  const notices = useNotices() ?? [];
  return (
    <ul className="notices" aria-label="Notices">
      {notices.slice(0, 3).map(({ id, doc }) => (
        <li key={id}>
          <span>{doc.message}</span> <time>{clock.format(doc.raised_at)}</time>
        </li>
      ))}
      {notices.length > 3 && <li className="more">and {notices.length - 3} more</li>}
    </ul>
  );
}

function Figure({ name, value }) {
  return (
    <p className="figure card">
      <span>{name}</span> <strong>{value}</strong>
    </p>
  );
}

/** What was sold in each hour from the first sale, or nine, to now. */
function Hours({ sales, midnight }) {
  const sums = new Array(24).fill(0);
  const hourOf = (at) => Math.min(23, Math.floor((at - midnight) / HOUR_MS));
  for (const { sold_at, total } of sales) sums[hourOf(sold_at)] += total;
  const now = hourOf(Date.now());
  const first = Math.min(9, now, ...sales.map(({ sold_at }) => hourOf(sold_at)));
  const most = Math.max(1, ...sums);
  const hours = sums.map((sum, hour) => ({ sum, hour })).slice(first, now + 1);
  return (
    <section className="card wide">
      <h2>By the hour</h2>
      <ol className="hours">
        {hours.map(({ sum, hour }) => (
          <li key={hour}>
            <span className="sum">{sum > 0 ? money(sum) : ""}</span>
            <span className="bar" style={{ blockSize: `${(6 * sum) / most}rem` }} />
            <span>{String(hour).padStart(2, "0")}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function LastSales({ sales }) {
  return (
    <section className="card">
      <h2>Last sales</h2>
      {sales.length === 0 && <p className="hint">The next sale will be here at once.</p>}
      <table>
        <tbody>
          {sales.map(({ id, number, sold_at, employee_name, total }) => (
            <tr key={id}>
              <td>{clock.format(sold_at)}</td>
              <td>
                {employee_name ?? ""} <small>{number}</small>
              </td>
              <td>{money(total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function LowestStock() {
  const lowest = useQuery({ collection: "stock_levels", sort: { field: "on_hand" }, limit: 8 });
  const items = lowest?.items ?? [];
  return (
    <section className="card">
      <h2>Lowest stock</h2>
      {items.length === 0 && <p className="hint">Products that are counted will be here.</p>}
      <table>
        <tbody>
          {items.map(({ id, doc }) => (
            <Level key={id} product={doc.product} onHand={doc.on_hand} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Level({ product, onHand }) {
  const known = useDoc("products", product);
  return (
    <tr className={onHand <= 0 ? "out" : ""}>
      <td>{known?.doc.name ?? "…"}</td>
      <td>{onHand / 1000}</td>
    </tr>
  );
}
