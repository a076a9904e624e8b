// Holds the hand-written types to what the package really has: the usage beside this file compiles
// and uses everything, and what the built script exports is what the types say.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as built from "../dist/index.js";

const here = dirname(fileURLToPath(import.meta.url));
const npm = dirname(here);
const modules = join(npm, "../../web/node_modules");
const ts = createRequire(join(modules, "any.js"))("typescript");

const files = Object.fromEntries(
  Object.entries({
    types: "index.d.ts",
    reactTypes: "react/index.d.ts",
    usage: "test/usage.ts",
    events: "src/events.js",
    react: "react/index.js",
  }).map(([name, path]) => [name, join(npm, path)]),
);
const program = ts.createProgram(Object.values(files), {
  strict: true,
  noEmit: true,
  allowJs: true,
  checkJs: false,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.esnext.disposable.d.ts"],
  types: [],
  paths: {
    "@tillsync/client": [files.types],
    "@tillsync/client/react": [files.reactTypes],
    react: [join(modules, "@types/react")],
    csstype: [join(modules, "csstype")],
  },
});
const checker = program.getTypeChecker();
const findings = ts.getPreEmitDiagnostics(program).map((found) => {
  const text = ts.flattenDiagnosticMessageText(found.messageText, "\n");
  const at = found.file?.getLineAndCharacterOfPosition(found.start ?? 0);
  return `${found.file?.fileName ?? ""}:${(at?.line ?? 0) + 1}: ${text}`;
});

function exportsOf(file) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
}

function each(node, look) {
  look(node);
  ts.forEachChild(node, (child) => each(child, look));
}

function same(what, [one, has], [other, hasToo]) {
  for (const name of has) if (!hasToo.has(name)) findings.push(`${what} ${name}: in ${one}, not in ${other}`);
  for (const name of hasToo) if (!has.has(name)) findings.push(`${what} ${name}: in ${other}, not in ${one}`);
}

const isForPeople = (name) => typeof name === "string" && !name.startsWith("__") && !["constructor", "free"].includes(name);
const ofType = (type) => type.getProperties().map(({ name }) => name).filter((name) => isForPeople(name) && !name.startsWith("__@"));

/** What the built class answers to. */
function methods(prototype) {
  const all = new Set();
  for (let at = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    Reflect.ownKeys(at).filter(isForPeople).forEach((name) => all.add(name));
  }
  return all;
}

function statics(top) {
  const all = new Set();
  for (let at = top; at !== Function.prototype; at = Object.getPrototypeOf(at)) {
    const names = Reflect.ownKeys(at).filter(isForPeople);
    names.filter((name) => !["length", "name", "prototype"].includes(name)).forEach((name) => all.add(name));
  }
  return all;
}

const types = exportsOf(files.types);
const client = types.get("Client");
const instance = checker.getDeclaredTypeOfSymbol(client);
// `schema` and `person` are set when it is opened.
const typed = ofType(instance).filter((name) => !["schema", "person"].includes(name));
same("the method", ["index.d.ts", new Set(typed)], ["dist/index.js", methods(built.Client.prototype)]);
const maker = ofType(checker.getTypeOfSymbol(client));
same("the static method", ["index.d.ts", new Set(maker)], ["dist/index.js", statics(built.Client)]);
const values = [...types].filter(([, symbol]) => {
  if (symbol.flags & ts.SymbolFlags.Alias) return checker.getAliasedSymbol(symbol).flags & ts.SymbolFlags.Value;
  // What comes from the engine's own types by `export type *` is none.
  return symbol.flags & ts.SymbolFlags.Value && symbol.declarations[0].getSourceFile().fileName === files.types;
});
const exported = new Set(values.map(([name]) => name));
same("the export", ["index.d.ts", exported], ["dist/index.js", new Set(Object.keys(built))]);
same("the hook", ["react/index.d.ts", new Set(exportsOf(files.reactTypes).keys())], ["react/index.js", new Set(exportsOf(files.react).keys())]);

const events = new Set();
each(program.getSourceFile(files.events), (node) => {
  if (!ts.isVariableDeclaration(node) || node.name.getText() !== "EVENTS") return;
  for (const { name } of node.initializer.properties) events.add(name.getText());
});
const told = ofType(checker.getDeclaredTypeOfSymbol(types.get("Events")));
same("the event", ["index.d.ts", new Set(told)], ["src/events.js", events]);

/** What the usage asks of a client, its maker and the hooks; and the events it listens to. */
const used = new Set();
each(program.getSourceFile(files.usage), (node) => {
  if (ts.isPropertyAccessExpression(node)) used.add(node.name.text);
  if (ts.isIdentifier(node) || ts.isStringLiteral(node)) used.add(node.text);
});
const wanted = [...ofType(instance), ...maker, ...exported, ...exportsOf(files.reactTypes).keys(), ...told];
for (const name of wanted) if (!used.has(name)) findings.push(`test/usage.ts does not use ${name}`);

for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exit(1);
console.log(`the types say what the package has: ${wanted.length} names`);
// What the module holds open must not keep this process.
process.exit(0);
