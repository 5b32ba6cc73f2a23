import { transformSync } from 'esbuild';

/** Jest's way to TypeScript: the compiler that builds the product also compiles its tests. Types are `npm run typecheck`'s. */
const transformer = {
  process(source, file) {
    return transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcemap: 'inline',
      sourcefile: file,
    });
  },
};

export default transformer;
