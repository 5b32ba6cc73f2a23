#!/usr/bin/env node
try {
  require.resolve('../dist/cli.cjs');
} catch {
  console.error(
    'Error: This checkout of lab-setup is not built yet.\nNext: Install what it needs, which builds it: `npm ci`',
  );
  process.exit(1);
}
require('../dist/cli.cjs');
