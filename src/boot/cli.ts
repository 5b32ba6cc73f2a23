import { runCached } from './code-cache.js';

const [, , command = ''] = process.argv;

// It names a file: what does not look like a command, or like a flag, has none of its own.
runCached('main.cjs', /^[a-z-]{1,20}$/.test(command) ? command : 'any');
