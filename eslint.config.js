import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Forbids imports whose path matches `regex` in `files`: the walls of the house (ARCHITECTURE.md). */
const wall = (files, regex, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex, message }] }] },
});

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts', 'handler/**/*.ts'],
    // The edges: the two executables, the shipped function, and what runs in a function's own process.
    ignores: [
      'handler/index.ts',
      'src/cli/**',
      'src/local/daemon.ts',
      'src/local/services/lambda/worker.ts',
      'src/local/services/lambda/worker/**',
    ],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', { object: 'process', property: 'env' }],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    // What is built to CommonJS, and what starts it.
    files: ['src/boot/**/*.ts'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  { files: ['bin/**'], languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly' } } },
  wall(
    ['src/aws/**'],
    '/(cli|engine|tutorial|local)/',
    'aws/ is the lowest floor: it imports nothing above it.',
  ),
  wall(['src/tutorial/**'], '/(cli|engine|local)/', 'tutorial/ imports aws/ and itself only.'),
  wall(['src/tutorial/steps/[0-9]*'], '^\\./', 'No step imports another step.'),
  wall(
    ['src/engine/**'],
    '/(cli|aws|local)/|/tutorial/(?!step\\.js)|@aws-sdk',
    'engine/ knows no AWS service and no screen: of tutorial/ it sees the Step contract only.',
  ),
  wall(['src/cli/**'], '/local/(?!index\\.js)', 'Of local/ the rest sees start, find and stop only.'),
  wall(
    ['src/cli/located.ts', 'src/cli/commands/{invoke,items,logs,test-echo}.ts'],
    '/local/(?!index\\.js)|/(walk|diagnosis|steps/index)\\.js',
    'A call of the lab walks no steps and loads no others than it needs, which is a tenth of its time; what explains a failure is imported then.',
  ),
  wall(['src/local/**'], '/(cli|engine|tutorial|aws)/', 'local/ imports nothing of the rest.'),
);
