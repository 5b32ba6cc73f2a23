import { shareTime, type TimeBox } from '../../../time-box.js';

/** Raised for a pattern that neither Java nor this translation understands, and for one that costs too much. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** A Java regular expression, ready to be used. */
export interface JavaPattern {
  /** Whether the pattern fits the whole text, as `String.matches` has it. */
  matches(text: string): boolean;
  replaceAll(text: string, replacement: string): string;
  replaceFirst(text: string, replacement: string): string;
  split(text: string): string[];
}

/** How long one use of a pattern may take and all uses of one rendering together, and how much text it may see. */
const MAX_MS = 250;
const MAX_SHARED_MS = 500;
const MAX_TEXT = 64 * 1024;
const MAX_PATTERN = 4096;

/** Opens what one rendering, or one choice among patterns, uses: it has so much time for all of them. */
export type JavaPatterns = () => (pattern: string) => JavaPattern;

const MAX_KEPT = 500;

/** A pattern in JavaScript's spelling: for the whole text, for all its parts, for the first of them. */
interface Compiled {
  readonly whole: RegExp;
  readonly part: RegExp;
  readonly once: RegExp;
}

/**
 * Compiles Java patterns and keeps them. Their uses run in the time box: a pattern written to take for ever is an error
 * like any other.
 */
export function createPatterns(timeBox: TimeBox): JavaPatterns {
  const compiled = new Map<string, Compiled>();
  const compiledOf = (pattern: string): Compiled => {
    const known = compiled.get(pattern);
    if (known) return known;
    if (compiled.size >= MAX_KEPT) compiled.clear();
    const fresh = compilePattern(pattern);
    compiled.set(pattern, fresh);
    return fresh;
  };
  return () => {
    const shared = shareTime(timeBox, MAX_SHARED_MS);
    return (pattern) => bind(compiledOf(pattern), shared);
  };
}

/** @throws PatternError */
function compilePattern(pattern: string): Compiled {
  const { source, flags } = translate(pattern);
  return {
    whole: compile(`^(?:${source})$`, flags.replace('m', '')),
    part: compile(source, `${flags}g`),
    once: compile(source, flags),
  };
}

function bind({ whole, part, once }: Compiled, timeBox: TimeBox): JavaPattern {
  return {
    // An empty text cannot take long, and it is what every success is matched with. Of an endless one the beginning
    // decides: Java itself gives up on such texts with a stack overflow.
    matches: (text) =>
      text === '' ? whole.test('') : run(timeBox, () => whole.test(text.slice(0, MAX_TEXT))),
    replaceAll: (text, replacement) => run(timeBox, () => replaced(bounded(text), part, replacement)),
    replaceFirst: (text, replacement) => run(timeBox, () => replaced(bounded(text), once, replacement)),
    split: (text) => run(timeBox, () => withoutEmptyTail(bounded(text).split(part))),
  };
}

function run<T>(timeBox: TimeBox, work: () => T): T {
  try {
    return timeBox(MAX_MS, work);
  } catch (cause) {
    if (cause instanceof PatternError) throw cause;
    throw new PatternError('The pattern takes too long.', { cause });
  }
}

function bounded(text: string): string {
  if (text.length > MAX_TEXT) throw new PatternError('The text is too long for a pattern.');
  return text;
}

/** What replacing may make of a text. */
const MAX_RESULT = 1024 * 1024;

/** Stops as soon as the result becomes too long. */
function replaced(text: string, pattern: RegExp, replacement: string): string {
  const parts = replacementParts(bounded(replacement));
  let length = text.length;
  return text.replace(pattern, (...found: unknown[]) => {
    const piece = parts.map((part) => expand(part, found)).join('');
    length += piece.length;
    if (length > MAX_RESULT) throw new PatternError('The text becomes too long.');
    return piece;
  });
}

/** Text, or the number of a group. */
type ReplacementPart = string | number;

/** In Java a backslash makes the next character plain, `$1` is a group; a single dollar is taken as itself here. */
function replacementParts(replacement: string): ReplacementPart[] {
  return [...replacement.matchAll(/\\(.)|\$(\d\d?)|([^\\$]+|[\\$])/gs)].map(
    ([, escaped, group, plain = '']) => (group === undefined ? (escaped ?? plain) : Number(group)),
  );
}

/** `found` is what JavaScript gives a replacer: the match, its groups, then the place (the first number). */
function expand(part: ReplacementPart, found: readonly unknown[]): string {
  if (typeof part === 'string') return part;
  const groups = found.findIndex((each) => typeof each === 'number');
  // As many digits as name a group that there is.
  if (part >= groups && part >= 10) return expand(Math.floor(part / 10), found) + String(part % 10);
  if (part >= groups) throw new PatternError(`The pattern has no group ${part}.`);
  const group = found[part];
  return typeof group === 'string' ? group : '';
}

function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw new PatternError('The pattern is not valid.', { cause });
  }
}

/** Java drops the empty strings at the end of what it splits. */
function withoutEmptyTail(parts: readonly string[]): string[] {
  const last = parts.findLastIndex((part) => part !== '');
  return parts.slice(0, Math.max(last, 0) + 1);
}

const CLASSES: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9a-fA-F',
  Space: '\\s',
  L: 'a-zA-Z\\u00AA-\\uFFDC',
  N: '0-9',
};

/** What is written otherwise in the two languages, or not at all in JavaScript. */
const TOKEN =
  /\\Q(?<quoted>[\s\S]*?)(?:\\E|$)|\\(?<property>[pP])\{(?<name>\w+)\}|\\x\{(?<hex>[0-9a-fA-F]{1,4})\}|\\(?<escaped>[\s\S])|(?<atomic>\(\?>)|(?<possessive>[*+?}]\+)|(?<plain>[\s\S])/y;

/**
 * Writes a Java pattern as JavaScript has it. The two agree in nearly everything; here is what differs: flags in the
 * pattern, quoting by `\Q…\E`, anchors, POSIX classes, and possessive quantifiers and atomic groups, which only cut
 * backtracking short and become their plain forms.
 */
function translate(pattern: string): { source: string; flags: string } {
  if (pattern.length > MAX_PATTERN) throw new PatternError('The pattern is too long.');
  const leading = /^\(\?([a-zA-Z]+)\)/.exec(pattern);
  const flags = [...new Set(leading?.[1] ?? '')].filter((flag) => 'ism'.includes(flag)).join('');
  const token = new RegExp(TOKEN.source, TOKEN.flags);
  token.lastIndex = leading?.[0].length ?? 0;
  let source = '';
  let inClass = false;
  for (let match = token.exec(pattern); match && match[0] !== ''; match = token.exec(pattern)) {
    const { plain } = match.groups ?? {};
    source += tokenSource(match[0], match.groups ?? {}, inClass);
    if (plain === '[') inClass = true;
    if (plain === ']') inClass = false;
  }
  return { source, flags };
}

function tokenSource(all: string, groups: Readonly<Record<string, string>>, inClass: boolean): string {
  const { quoted, property, name, hex, escaped, atomic, possessive } = groups;
  if (quoted !== undefined) return quoted.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  if (property !== undefined) return posixClass(property, name ?? '', inClass);
  if (hex !== undefined) return `\\u${hex.padStart(4, '0')}`;
  if (escaped !== undefined) return inClass ? (CLASS_ESCAPES[escaped] ?? all) : (ESCAPES[escaped] ?? all);
  if (atomic !== undefined) return '(?:';
  if (possessive !== undefined && !inClass) return possessive.slice(0, 1);
  return all;
}

const HORIZONTAL_SPACE = ' \\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';

const CLASS_ESCAPES: Readonly<Record<string, string>> = { h: HORIZONTAL_SPACE, e: '\\x1B', a: '\\x07' };

const ESCAPES: Readonly<Record<string, string>> = {
  ...CLASS_ESCAPES,
  h: `[${HORIZONTAL_SPACE}]`,
  R: '(?:\\r\\n|[\\n\\x0B\\f\\r\\x85\\u2028\\u2029])',
  A: '(?<![\\s\\S])',
  z: '(?![\\s\\S])',
  Z: '(?=\\n?(?![\\s\\S]))',
};

function posixClass(property: string, name: string, inClass: boolean): string {
  const range = CLASSES[name];
  if (range === undefined || (inClass && property === 'P')) {
    throw new PatternError(`The character class ${name} is not known here.`);
  }
  return inClass ? range : `[${property === 'P' ? '^' : ''}${range}]`;
}
