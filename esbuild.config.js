import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build, transform } from 'esbuild';
import { commanderAlone, leanSdk, nativeLevelDb } from './esbuild.plugins.js';

const target = 'node20';

const common = {
  bundle: true,
  platform: 'node',
  target,
  legalComments: 'none',
  logLevel: 'warning',
  // The ES module sources of the SDK shake out better than its CommonJS ones.
  mainFields: ['module', 'main'],
};

/** What modules ask of themselves, in CommonJS. */
const COMMONJS_META = { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' };

/** The CLI, the server, and what one of them needs only at times: to be an entry point makes it a piece by itself. */
const entryPoints = {
  main: 'src/cli/main.ts',
  conclude: 'src/cli/conclude.ts',
  daemon: 'src/local/daemon.ts',
  unzip: 'src/local/services/lambda/code/archive.ts',
  templates: 'src/local/services/apigateway/invoke/template/syntax.ts',
  'managed-policies': 'src/local/services/iam/aws-managed.ts',
  run: 'src/local/services/lambda/execution/executor.ts',
};

/**
 * The CLI and the local AWS: one bundle, split into pieces of which a command runs only what it uses, and which are put
 * together into scripts as src/boot loads them.
 *
 * esbuild splits ES modules only, and Node starts CommonJS faster (by 4 ms, and far more with its code cached, which for ES
 * modules Node 20 cannot): so each piece is turned into CommonJS afterwards.
 */
async function buildPrograms() {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints,
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    // The SDK asks of each answer whether it is a web stream, which it never is here: Node loads those when they are first
    // named, in a fiftieth of a whole `up`.
    define: { ReadableStream: 'undefined' },
    plugins: [...leanSdk, commanderAlone, nativeLevelDb],
    write: false,
    metafile: true,
  });
  const scripts = scriptsOf(metafile.outputs);
  const pieces = await Promise.all(
    outputFiles.map(({ path, text }) => toPiece(pieceName(path), text, scripts)),
  );
  const names = [...new Set(scripts.values())];
  const codes = names.map((script) => {
    const itsOwn = pieces.filter(({ name }) => scripts.get(name) === script);
    return `({${itsOwn.map(({ code }) => code).join()}})`;
  });
  await Promise.all(names.map((script, nth) => writeFile(`dist/${script}`, codes[nth])));
  return codes;
}

const pieceName = (path) => basename(path, '.js');

/**
 * The script that each piece goes into. To open a script costs a tenth of a millisecond, and a megabyte in it one (twelve
 * where no code is kept of it, as V8 reads it all): so the hundred pieces are in five. For help and usage errors the first is
 * enough, and what works on this machine alone does without the SDK.
 */
function scriptsOf(outputs) {
  const front = [
    ...reachedFrom('main', outputs, ['import-statement']),
    ...reachedFrom('conclude', outputs, ['import-statement']),
  ];
  const commands = reachedFrom('main', outputs, ['import-statement', 'dynamic-import']);
  const server = reachedFrom('daemon', outputs, ['import-statement', 'dynamic-import']);
  const shared = commands.filter((piece) => server.includes(piece));
  const sdk = commands.filter((piece) => Object.keys(outputs[`dist/${piece}.js`].inputs).some(isOfSdk));
  const scripts = new Map();
  for (const [script, pieces] of Object.entries({ front, shared, sdk, commands, server })) {
    for (const piece of pieces) if (!scripts.has(piece)) scripts.set(piece, `${script}.cjs`);
  }
  return scripts;
}

const isOfSdk = (path) => /node_modules\/@(aws-sdk|smithy)\//.test(path);

function reachedFrom(entry, outputs, kinds) {
  const paths = new Set([`dist/${entry}.js`]);
  for (const from of paths) {
    for (const { path, kind, external } of outputs[from].imports) {
      if (!external && kinds.includes(kind)) paths.add(path);
    }
  }
  return [...paths].map(pieceName);
}

async function toPiece(name, text, scripts) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target,
    supported: { 'dynamic-import': false },
    define: COMMONJS_META,
  });
  const placed = loadWhenUsed(code).replace(/\brequire\("\.\/([\w-]+)\.js"\)/g, (_, piece) => {
    if (!scripts.has(piece)) throw new Error(`${name} needs ${piece}, which is in no script.`);
    return `require("./${scripts.get(piece)}#${piece}")`;
  });
  // Names stay, for the stack traces that --verbose shows.
  const { code: small } = await transform(placed, { minifyWhitespace: true, minifySyntax: true });
  return { name, code: `"${name}"(exports,require,module,__filename,__dirname){${small}}` };
}

/** A piece is loaded when something of it is first used: a client that a command does not call costs it nothing. */
function loadWhenUsed(code) {
  const names = new Set();
  const declared = code.replace(/^var (import_\w+) = (require\("[^"]+"\));$/gm, (_, name, load) => {
    names.add(name);
    // Kept, for `require` looks it up anew: 150 to 600 ns for each use, and a request has dozens of them.
    return `let ${name}_; const ${name} = () => (${name}_ ??= ${load});`;
  });
  return declared.replace(/\bimport_\w+(?=\.)/g, (name) => (names.has(name) ? `(${name}())` : name));
}

/** The handler as Lambda takes it, made by what the tutorial's own tests hold to its promises. */
async function zipHandler() {
  const maker = 'dist/archive.js';
  await build({
    ...common,
    entryPoints: ['src/tutorial/archive.ts'],
    outfile: maker,
    format: 'esm',
    packages: 'external',
  });
  const { archiveHandler } = await import(new URL(maker, import.meta.url).href);
  await rm(maker);
  const { zip } = await archiveHandler(await readFile('dist/handler/index.js'));
  await writeFile('dist/handler/function.zip', zip);
}

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
const [programs, worker] = await Promise.all([
  buildPrograms(),
  // What a function's process runs: no dependency, no start-up cost. As an ES module it would start 5 ms later.
  build({
    ...common,
    entryPoints: { 'lambda-worker': 'src/local/services/lambda/worker.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    define: COMMONJS_META,
  }).then(() => readFile('dist/lambda-worker.cjs')),
  // The Lambda function that is shipped. CommonJS, as it starts faster than a bundled ES module.
  build({
    ...common,
    entryPoints: { index: 'handler/index.ts' },
    outdir: 'dist/handler',
    format: 'cjs',
    plugins: leanSdk,
    // Names stay: they are read in Lambda's console, and to keep them beside short ones (`keepNames`) costs each function
    // that is made a call, a twelfth of the handler's work for a `create`.
    minifyWhitespace: true,
    minifySyntax: true,
    // Leaves out what a function never asks for its credentials: a third of the archive.
    alias: { '@aws-sdk/credential-provider-node': './handler/credentials.ts' },
  }).then(zipHandler),
]);
const hash = createHash('sha256');
for (const code of [...programs, worker]) hash.update(code);
const buildId = hash.digest('hex').slice(0, 12);
// What starts the programs: by the build's id it knows the code cache, and the server, that go with this build alone.
await build({
  ...common,
  entryPoints: { cli: 'src/boot/cli.ts', 'local-aws': 'src/boot/local-aws.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  define: { BUILD_ID: JSON.stringify(buildId) },
});
