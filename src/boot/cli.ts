import { runCached } from './code-cache.js';

const [command = '', ...rest] = process.argv.slice(2);

/** What shows the help or the version needs the same code beside any word, be that a command or not. */
const shown = [command, ...rest].find((word) => /^(-h|--help|-V|--version)$/.test(word));

// It names a file: what does not look like a command, or like a flag, has none of its own.
runCached('front.cjs#main', shown ?? (/^[a-z-]{1,20}$/.test(command) ? command : 'any'));
