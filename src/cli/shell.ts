import { posixQuoted } from '../shell-word.js';

/** How lines are written for a reader's shell. No value is ever open to the shell's own interpretation. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell', 'cmd'] as const;
/** `bash` serves other POSIX shells too. */
export type Shell = (typeof SHELLS)[number];

/** The variable in which `env --show-key` puts the value of the API key, and from which `curl` takes it. */
export const KEY_VARIABLE = 'LAB_API_KEY';

interface Syntax {
  /** Undefined for a value that no line of this shell can hold safely. */
  readonly set: (name: string, value: string) => string | undefined;
  readonly unset: (name: string) => string;
  /** Runs what a command prints, in the reader's own shell. */
  readonly evaluate: (command: string) => string;
  /**
   * A POST of a body that `portableJson` made; the key's header goes by a pipe or a variable, and never in the line. Without
   * the variable the line says that `setKey`, a command whose output is to be evaluated, sets it; and asks nobody.
   */
  readonly post: (url: string, body: string, setKey: string) => string;
}

const fishQuoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;

/** PowerShell takes the typographic ones for quotes as well, also at the end of a word that began with a plain one. */
const powershellQuoted = (text: string): string => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;

const posixPipe = (url: string, body: string): string =>
  `printf 'x-api-key: %s' "$${KEY_VARIABLE}" | curl -sS -H @- -H 'content-type: application/json' -d '${body}' '${url}'`;

const POSIX: Syntax = {
  set: (name, value) => `export ${name}=${posixQuoted(value)}`,
  unset: (name) => `unset ${name}`,
  evaluate: (command) => `eval "$(${command})"`,
  post: (url, body, setKey) =>
    `: \${${KEY_VARIABLE}:?${posixQuoted(`is not set; run: eval "$(${setKey})"`)}} && ${posixPipe(url, body)}`,
};

/** What cmd reads in one way at its prompt, in another in a batch file, and in a third in `for /f`, however it is written. */
const NOT_FOR_CMD = /["%\r\n]/;

export const SYNTAX: Readonly<Record<Shell, Syntax>> = {
  bash: POSIX,
  zsh: POSIX,
  fish: {
    set: (name, value) => `set -gx ${name} ${fishQuoted(value)}`,
    unset: (name) => `set -e ${name}`,
    evaluate: (command) => `${command} | source`,
    // Between single quotes fish reads a backslash as itself, but for `\\` and `\'`, which portable JSON is free of.
    post: (url, body, setKey) =>
      `test -n "$${KEY_VARIABLE}"; or begin; echo ${fishQuoted(`${KEY_VARIABLE} is not set; run: ${setKey} | source`)} >&2; false; end; and ${posixPipe(url, body)}`,
  },
  powershell: {
    set: (name, value) => `$env:${name} = ${powershellQuoted(value)}`,
    unset: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
    evaluate: (command) => `${command} | Out-String | Invoke-Expression`,
    // Windows PowerShell loses the quotes in an argument, so the body goes by the pipe.
    post: (url, body, setKey) =>
      `if (-not $env:${KEY_VARIABLE}) { throw ${powershellQuoted(`${KEY_VARIABLE} is not set; run: ${setKey} | Out-String | Invoke-Expression`)} }; '${body}' | curl.exe -sS -H "x-api-key: $env:${KEY_VARIABLE}" -H 'content-type: application/json' -d '@-' '${url}'`,
  },
  cmd: {
    set: (name, value) => (NOT_FOR_CMD.test(value) ? undefined : `set "${name}=${value}"`),
    unset: (name) => `set "${name}="`,
    evaluate: (command) => `for /f "delims=" %l in ('${command}') do @%l`,
    // It goes on all the same: behind `else` its brackets would have to be balanced, and those of the body need not be.
    post: (url, body, setKey) =>
      `(if not defined ${KEY_VARIABLE} echo ${KEY_VARIABLE} is not set; run what this prints: ${setKey} 1>&2) & echo x-api-key: %${KEY_VARIABLE}%| curl.exe -sS -H @- -H "content-type: application/json" -d "${body.replaceAll('"', '\\"')}" "${url}"`,
  },
};

/**
 * JSON that can stand in any shell's quotes: inside its strings, quotes, backslashes, all that some shell takes for itself
 * and all that is not ASCII are written as `\\uXXXX`.
 */
export function portableJson(value: unknown): string {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value)
    .replace(/\\["\\]/g, (pair) => escaped(pair.slice(1)))
    .replace(/[^ -~]|[&|<>^%'!`$]/g, escaped);
}
