import { readFile } from 'node:fs/promises';

/**
 * The SDK names the members of its operations by constants, `{ [_h]: … }`, and esbuild keeps what computes a name: all
 * operations of a service, with the shapes of all they take and give. With the names themselves it keeps what is used: of
 * Lambda's 98 KB 37, and an `up` with nothing to do takes 3 of 94 ms less.
 */
export const plainSchemaKeys = {
  name: 'plain-schema-keys',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist-es[\\/](.+[\\/])?schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const names = new Map(
        [...source.matchAll(/^const (\w+) = ("[^"\n]*");$/gm)].map(([, constant, name]) => [constant, name]),
      );
      return {
        contents: source.replace(/\[(\w+)\]:/g, (key, constant) =>
          names.has(constant) ? `${names.get(constant)}:` : key,
        ),
      };
    });
  },
};

/**
 * Before it reads an answer, the SDK walks through all that such an answer may hold, in search of numbers beyond
 * JavaScript's own. The services here have none, and the walk is 8 of the 106 ms of CPU time that an `up` with nothing to
 * do takes.
 */
export const noBigNumbers = {
  name: 'no-big-numbers',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]protocols[\\/]json[\\/]needsReviver\.js$/ }, () => ({
      contents: 'export const needsReviver = () => false;',
    }));
  },
};

/**
 * commander can run sub-commands that are programs of their own, which there are none of here. What it loads for them would
 * take a twentieth of `--version`; this way it is loaded when it is used, which is never.
 */
export const commanderAlone = {
  name: 'commander-alone',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]commander[\\/]lib[\\/]command\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        "const childProcess = require('node:child_process');",
        "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };",
      ),
    }));
  },
};

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
