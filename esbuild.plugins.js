import { readFile } from 'node:fs/promises';

/** Changes sources of packages as they are read. A build that finds nothing to change fails: the package is another one now. */
function rewriting(name, filter, rewrite) {
  return {
    name,
    setup({ onLoad, onEnd }) {
      let changed = 0;
      onLoad({ filter }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const contents = rewrite(source);
        if (contents !== source) changed += 1;
        return { contents };
      });
      onEnd(() => (changed > 0 ? {} : { errors: [{ text: `${name} found nothing to change` }] }));
    },
  };
}

/**
 * The SDK names the members of its operations by constants, `{ [_h]: … }`, and esbuild keeps what computes a name: all
 * operations of a service, with the shapes of all they take and give. With the names themselves it keeps what is used: of
 * Lambda's 98 KB 37, and an `up` with nothing to do takes 3 of 94 ms less.
 */
const plainSchemaKeys = rewriting(
  'plain-schema-keys',
  /[\\/]dist-es[\\/](.+[\\/])?schemas[\\/]schemas_\d+\.js$/,
  (source) => {
    const constants = source.matchAll(/^const (\w+) = ("[^"\n]*");$/gm);
    const names = new Map([...constants].map(([, constant, name]) => [constant, name]));
    return source.replace(/\[(\w+)\]:/g, (key, constant) =>
      names.has(constant) ? `${names.get(constant)}:` : key,
    );
  },
);

/**
 * Before it reads an answer, the SDK walks through all that such an answer may hold, in search of numbers beyond
 * JavaScript's own. The services here have none (test/aws/answers.test.ts), and the walk is 8 of the 106 ms of CPU time that
 * an `up` with nothing to do takes.
 */
const noBigNumbers = rewriting(
  'no-big-numbers',
  /[\\/]protocols[\\/]json[\\/]needsReviver\.js$/,
  () => 'export const needsReviver = () => false;',
);

/** For whatever has the SDK in it, the handler that is shipped included. */
export const leanSdk = [plainSchemaKeys, noBigNumbers];

/**
 * commander can run sub-commands that are programs of their own, which there are none of here. What it loads for them would
 * take a twentieth of `--version`; this way it is loaded when it is used, which is never.
 */
export const commanderAlone = rewriting(
  'commander-alone',
  /[\\/]commander[\\/]lib[\\/]command\.js$/,
  (source) =>
    source.replace(
      "const childProcess = require('node:child_process');",
      "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };",
    ),
);

/** LevelDB's native part stays where it is installed, below `level`; all else of it is bundled. */
export const nativeLevelDb = {
  name: 'native-leveldb',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/binding$/ }, ({ path, importer }) =>
      /[\\/]classic-level[\\/]/.test(importer) ? { path, namespace: 'native-leveldb' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'native-leveldb' }, () => ({
      contents: `
        const { createRequire } = require('node:module');
        module.exports = createRequire(require.resolve('level'))('classic-level/binding.js');`,
    }));
  },
};
