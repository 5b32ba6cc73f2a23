// The SDK's warning of Node versions that it will leave behind is not what a test run is about.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** @type {import('jest').Config} */
const config = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': '<rootDir>/test/_helpers/esbuild-transform.js' },
  setupFiles: ['<rootDir>/test/_helpers/one-realm.js'],
  testSequencer: '<rootDir>/test/_helpers/long-first.js',
  // Every test imports what it uses; to make the globals as well takes time in each suite.
  injectGlobals: false,
  testTimeout: 30_000,
  // One more than the two cores that the suite is made for: many tests wait for processes of their own.
  maxWorkers: 3,
};

export default config;
