import { styleText } from 'node:util';
import { fold } from './render/fold.js';
import { createLive, type Live, type Terminal } from './render/live.js';
import { visible } from './render/visible.js';

/** How much is said: `json` says nothing but one document, `quiet` nothing but results. */
export type Voice = 'json' | 'quiet' | 'normal' | 'verbose';

type Style = Parameters<typeof styleText>[0];

/** Text in a style, or as it is where no colours are wanted. */
export type Paint = (style: Style, text: string) => string;

/** How lines are made for one of the two streams. */
export interface Pen {
  readonly paint: Paint;
  /**
   * Prose, in which commands stand between backticks: those as the reader must type them, and on a terminal all of it broken
   * at words (render/fold.ts), with `hang` spaces before what goes on. `within`: of at most so many columns, in a pipe too.
   */
  readonly prose: (text: string, options?: { readonly hang?: number; readonly within?: number }) => string;
  /** Prose in one line, whatever it is written to: for `--json`. */
  readonly unbroken: (text: string) => string;
  /** A command as the reader must type it: with `npx ` where it was run so, and for the lab and the place that were asked for. Never broken. */
  readonly typed: (command: string) => string;
}

/** The two streams and what may go on each: results on stdout, everything else on stderr. */
export interface Screen {
  readonly voice: Voice;
  /** Whether stderr is a terminal that a spinner may use. */
  readonly animated: boolean;
  /** Whether a spinner may be coloured: it paints itself, and knows of the terminal alone. */
  readonly colored: boolean;
  /** Whether questions may be asked: both ends are a terminal and somebody reads what is said. */
  readonly interactive: boolean;
  /** A line of the result. */
  result(text: string): void;
  /** A line of progress. */
  progress(text: string): void;
  /** A line that only `--verbose` shows. */
  detail(text: string): void;
  /** A line that is said even with `--quiet`: errors and warnings. */
  complain(text: string): void;
  /** Takes the `^C` away that a terminal writes where the cursor is: what comes next would stand behind it. */
  wipeLine(): void;
  /**
   * A list that may be too long to keep: its elements are lines of the result, JSON where `asLine` says nothing else; with
   * `--json` they begin the document, as its member `name`, and `document` ends it. At most one. What is added waits until
   * the reader has taken what came before: a pager that nobody scrolls would have the whole list kept here.
   */
  openList<Element>(
    name: string,
    asLine?: (element: Element) => string,
  ): { add(element: Element): Promise<void> };
  /** The one document of `--json`. */
  document(value: object): void;
  /** Frames on stdout, where it is a terminal that can be written over and no JSON is asked for. */
  readonly live: (() => Live) | undefined;
  /** For lines on stdout. */
  readonly out: Pen;
  /** For lines on stderr. */
  readonly err: Pen;
}

interface Stream extends Terminal {
  readonly isTTY?: boolean;
  /** Where `write` says false: hears when all that was written is taken. */
  once?(event: 'drain', listener: () => void): unknown;
}

/** For whom commands are written. */
export interface Reader {
  /** Run by npx: there is no `lab-setup` on the reader's path. */
  readonly byNpx: boolean;
  /** The lab that was asked for: what is suggested is to be done to that one, and to no other; so nobody else writes --lab. */
  readonly lab: string;
  /** The flags that must say its place; asked anew each time: where `up` has written a record, none must. */
  readonly placeFlags: () => string;
}

export interface ScreenOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Asked only when a question may be: opening it takes a millisecond. */
  readonly stdin: () => { readonly isTTY?: boolean };
  readonly voice: Voice;
  readonly reader: Reader;
  /** False with `--no-color`, NO_COLOR or a dumb terminal. */
  readonly color: boolean;
  /** Whether a terminal can be written over: not a dumb one, and not in CI, where it is read as a log. */
  readonly overwrites: boolean;
}

/** To the beginning of the line, and all behind it away. */
const WIPE = '\r\u001b[K';

export function createScreen(options: ScreenOptions): Screen {
  const { stdout, stderr, stdin, voice, color, overwrites } = options;
  const line = (stream: Stream, text: string): void => void stream.write(`${asShown(stream, text)}\n`);
  let isListOpen = false;
  const speaks = voice === 'normal' || voice === 'verbose';
  return {
    voice,
    // A spinner on a terminal without a width would count its lines without end.
    animated: speaks && overwrites && stderr.isTTY === true && stderr.columns !== 0,
    colored: color,
    get interactive() {
      return voice !== 'json' && stderr.isTTY === true && stdin().isTTY === true;
    },
    result: (text) => {
      if (voice !== 'json') line(stdout, text);
    },
    progress: (text) => {
      if (speaks) line(stderr, text);
    },
    detail: (text) => {
      if (voice === 'verbose') line(stderr, text);
    },
    complain: (text) => {
      if (voice !== 'json') line(stderr, text);
    },
    wipeLine: () => {
      if (voice !== 'json' && overwrites && stderr.isTTY === true) stderr.write(WIPE);
    },
    openList: (name, asLine = JSON.stringify) => {
      const write = (text: string): Promise<void> =>
        new Promise((resolve) => {
          if (stdout.write(asShown(stdout, text)) === false && stdout.once) stdout.once('drain', resolve);
          else resolve();
        });
      if (voice !== 'json') return { add: (element) => write(`${asLine(element)}\n`) };
      isListOpen = true;
      stdout.write(`{\n  ${JSON.stringify(name)}: [`);
      let before = '\n    ';
      return {
        add: (element) => {
          const text = `${before}${JSON.stringify(element)}`;
          before = ',\n    ';
          return write(text);
        },
      };
    },
    document: (value) => {
      if (voice !== 'json') return;
      const text = JSON.stringify(value, null, 2);
      line(stdout, isListOpen ? `\n  ],\n${text.slice('{\n'.length)}` : text);
    },
    live: voice !== 'json' && overwrites && stdout.isTTY === true ? () => createLive(stdout) : undefined,
    out: createPen(stdout, options),
    err: createPen(stderr, options),
  };
}

/** Whoever reads from a pipe gets the text as it is. */
const asShown = (stream: Stream, text: string): string => (stream.isTTY === true ? visible(text) : text);

/** It stands at the beginning, or where a shell runs it for what it prints: eval "$(lab-setup env)". */
const OURS = /^lab-setup .*|(?<=\$\(|\(')lab-setup [^)']*/;

/** What means the same for every lab, wherever it is. */
const FOR_EVERY_LAB = /^lab-setup (local|completion)\b| --help\b/;

/** What a command says itself of its lab and of the place is not said once more. */
export const asTyped = (command: string, { byNpx, lab, placeFlags }: Reader): string =>
  command.replace(OURS, (ours) => {
    const typed = `${byNpx ? 'npx ' : ''}${ours}`;
    if (FOR_EVERY_LAB.test(ours)) return typed;
    const forLab = lab === 'default' || / --lab\b/.test(ours) ? '' : ` --lab ${lab}`;
    const forPlace = / --(target|region|profile|endpoint-url)\b/.test(ours) ? '' : placeFlags();
    return `${typed}${forLab}${forPlace}`;
  });

/** The width of a terminal that does not tell it. */
const USUAL_WIDTH = 80;

function createPen(stream: Stream, { reader, color }: Pick<ScreenOptions, 'reader' | 'color'>): Pen {
  const isTerminal = stream.isTTY === true;
  const typed = (command: string): string => asTyped(command, reader);
  const unbroken = (text: string): string =>
    text.replace(/`([^`]*)`/g, (_, command: string) => `\`${typed(command)}\``);
  return {
    paint: (style, text) => (color && isTerminal ? styleText(style, text) : text),
    typed,
    unbroken,
    prose: (text, { hang, within = Infinity } = {}) => {
      // Asked anew each time: a window may have been made wider.
      const columns = isTerminal ? stream.columns || USUAL_WIDTH : Infinity;
      return fold(unbroken(text), Math.min(columns, within), hang);
    },
  };
}
