// A dashboard in somebody else's React app: live sales and stock on a device that only looks.
import { Client, init } from "@tillsync/client";
import { ClientProvider } from "@tillsync/client/react";
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { Board } from "./board.jsx";
import "./board.css";

/** What the device was opened with is kept: the page then starts without the master too. */
const KEPT = "shop";

const root = createRoot(document.getElementById("root"));
await init();
const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
if (kept !== null) root.render(<p className="hint">Opening; if another tab shows this dashboard, it goes on here once that one is closed.</p>);
const known = kept && (await Client.open({ ...kept, wait: true }));
root.render(<App known={known} />);

function App({ known }) {
  const [client, setClient] = useState(known);
  if (client === null) return <Join onJoined={setClient} />;
  return (
    <ClientProvider client={client}>
      <Board />
    </ClientProvider>
  );
}

function Join({ onJoined }) {
  const [refused, setRefused] = useState("");
  const join = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const url = form.get("url").replace(/\/$/, "");
    let client;
    try {
      const schema = await (await fetch(`${url}/v1/schema`)).json();
      const options = { url, schema, deviceKind: "dashboard", deviceName: "Dashboard", app: "example" };
      client = await Client.open(options);
      await client.enroll(form.get("code").trim(), "Dashboard");
      localStorage.setItem(KEPT, JSON.stringify(options));
      onJoined(client);
    } catch (error) {
      setRefused(error.message);
      await client?.close();
    }
  };
  return (
    <form className="join card" onSubmit={join}>
      <h1>Join a shop</h1>
      <label>
        Address of the master <input name="url" type="url" required defaultValue="http://localhost:7400" />
      </label>
      <label>
        Code <input name="code" required autoComplete="off" placeholder="ABCD-EFGH" />
      </label>
      <p className="hint">
        A code comes from <code>master-server enroll --kind dashboard --read-only</code>.
      </p>
      <button>Join</button>
      <p role="alert">{refused}</p>
    </form>
  );
}
