// What is measured in a browser: the npm package, and beside it the same done raw in IndexedDB.
import { Client, init } from "/dist/index.js";

/** Work that is not counted before each measurement. */
const WARM_UP = 20;
const PAGE = 50;

let client;
let raw;

/** Opens a client on empty storage and joins. Resolves to the milliseconds until it has everything and a first question of each index is answered. */
export async function join({ url, schema, code }) {
  await init();
  const begun = performance.now();
  client = await Client.open({ url, schema });
  await client.enroll(code, "Measured");
  await until(({ connection, firstSync, lastSyncedAt }) => connection.state === "online" && firstSync === null && lastSyncedAt !== null);
  await ask();
  return performance.now() - begun;
}

/** Asks once what builds the indexes of products. */
export async function ask() {
  await client.query(scan("none"));
  await client.query(search("none"));
  await client.query(list(0));
}

/** How many products the client has. */
export async function count() {
  return (await client.query({ collection: "products", limit: 0 })).total;
}

/** Records customers, one after the other or all at once; milliseconds until each was durable. */
export async function record({ user, count, together }) {
  const one = async (number) => {
    const id = Client.newId();
    // The end of an id is drawn by chance; its beginning is a time, which two may share.
    const doc = { name: `Customer ${number} of a tab`, phone: `+44 ${id.slice(-12)}`, address: [], archived: false };
    const begun = performance.now();
    await client.record({ name: "create_customer", user, steps: [{ op: "insert", collection: "customers", id, doc }] });
    return performance.now() - begun;
  };
  if (together) return Promise.all(Array.from({ length: count }, (_, number) => one(number)));
  return again(count, one);
}

/** Milliseconds from the moment at which the master can be reached until nothing waits any more. */
export async function drain({ count }) {
  const { pending } = client.status();
  if (pending !== count) throw new Error(`${pending} of ${count} mutations wait`);
  const begun = performance.now();
  client.retryNow();
  await until(({ pending }) => pending === 0);
  return performance.now() - begun;
}

/** Milliseconds of each question to the client. */
export async function query({ barcodes, typed, offsets }) {
  const each = async (questions) => {
    const times = [];
    for (const question of questions) {
      const begun = performance.now();
      const { items } = await client.query(question);
      times.push(performance.now() - begun);
      if (items.length === 0) throw new Error(`nothing found for ${JSON.stringify(question)}`);
    }
    return times;
  };
  return {
    barcode: await each(barcodes.map(scan)),
    prefix: await each(typed.map(search)),
    page: await each(offsets.map(list)),
  };
}

const scan = (barcode) => ({ collection: "products", filter: [{ field: "barcode", op: "eq", value: barcode }] });
const search = (words) => ({ collection: "products", search: words, limit: PAGE });
const list = (offset) => ({ collection: "products", sort: { field: "name" }, limit: PAGE, offset });

/** Puts so many products one by one, in one transaction, into a new store; milliseconds. */
export async function rawInsert({ count, indexed }) {
  const names = await sampleNames();
  const rows = Array.from({ length: count }, (_, at) => product(at, names));
  const store = await fresh("products", indexed ? ["barcode", "code", "category", "name", "price"] : []);
  const begun = performance.now();
  await write(store, "products", "relaxed", (products) => {
    for (const row of rows) products.put(row);
  });
  const took = performance.now() - begun;
  raw = { store, names: rows.map(({ doc }) => doc.name).sort() };
  return took;
}

/** Milliseconds of raw strict transactions of one row each. */
export async function rawStrict({ count }) {
  const store = await fresh("rows", []);
  const body = "x".repeat(500);
  return again(count, async (number) => {
    const begun = performance.now();
    await write(store, "rows", "strict", (rows) => rows.put({ id: number, body }));
    return performance.now() - begun;
  });
}

/** Milliseconds of the same questions to the raw store that was filled last. */
export async function rawQuery({ barcodes, typed, offsets }) {
  const index = (name) => raw.store.transaction("products").objectStore("products").index(name);
  const each = async (questions, answer) => {
    const times = [];
    for (const question of questions) {
      const begun = performance.now();
      await done(answer(question));
      times.push(performance.now() - begun);
    }
    return times;
  };
  const begins = (word) => IDBKeyRange.bound(capital(word), `${capital(word)}\uffff`);
  const capital = (word) => word.slice(0, 1).toUpperCase() + word.slice(1);
  return {
    barcode: await each(barcodes, (barcode) => index("barcode").get(barcode)),
    prefix: await each(typed, (word) => index("name").getAll(begins(word), PAGE)),
    page: await each(offsets, (offset) => index("name").getAll(IDBKeyRange.lowerBound(raw.names[offset]), PAGE)),
  };
}

/** The names of the sample shop's products. */
async function sampleNames() {
  const [, ...lines] = (await (await fetch("/sample/catalogue.csv")).text()).trim().split("\n");
  return lines.map((line) => /^[^,]*,("(?:[^"]|"")*"|[^,]*)/.exec(line)[1].replaceAll('"', "").trim());
}

/** A product as a snapshot has it. Its name and barcode are those of the shop's product of that number. */
function product(at, names) {
  const digits = `040${String(at).padStart(9, "0")}`;
  const sum = [...digits].reduce((all, digit, place) => all + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  const id = crypto.randomUUID();
  const doc = {
    archived: false,
    barcode: `${digits}${(10 - (sum % 10)) % 10}`,
    category: id,
    code: String(1_000_000 + at),
    name: `${names[at % names.length]} ${Math.floor(at / names.length) + 1}`,
    price: 25 + ((at * 37) % 2_000),
    stocked: true,
    tax_rate: 2_000,
    unit: "pc",
  };
  return { id, version: at + 1, at: 1_750_765_594_624, doc };
}

async function again(count, one) {
  const times = [];
  for (let number = 0; number < WARM_UP + count; number += 1) {
    const ms = await one(number);
    if (number >= WARM_UP) times.push(ms);
  }
  return times;
}

async function fresh(name, indexes) {
  raw?.store.close();
  await done(indexedDB.deleteDatabase("raw"));
  const opening = indexedDB.open("raw", 1);
  opening.onupgradeneeded = () => {
    const store = opening.result.createObjectStore(name, { keyPath: "id" });
    for (const index of indexes) store.createIndex(index, `doc.${index}`);
  };
  const store = await done(opening);
  raw = { store, names: [] };
  return store;
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function write(store, name, durability, put) {
  return new Promise((resolve, reject) => {
    const transaction = store.transaction(name, "readwrite", { durability });
    put(transaction.objectStore(name));
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Waits until the client's status is as wanted. */
function until(wanted) {
  return new Promise((resolve) => {
    const off = client.on("status", (status) => {
      if (!wanted(status)) return;
      resolve();
      // The first status is told before there is anything to take off.
      queueMicrotask(() => off());
    });
  });
}
