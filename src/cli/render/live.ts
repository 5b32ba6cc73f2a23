import { stripVTControlCharacters } from 'node:util';
import { visible } from './visible.js';

/** A terminal that can be written over. */
export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Frames that replace one another in place. */
export interface Live {
  /** Shows `full` where the terminal holds it, else `terse`. */
  show(full: readonly string[], terse?: readonly string[]): void;
  /** Gives the terminal back as it was. */
  end(): void;
}

/** The alternate screen, without a cursor, so that what was there before comes back at the end. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Nothing is written before the first frame; a frame is cut to what the terminal holds at that moment. */
export function createLive(terminal: Terminal): Live {
  let isOpen = false;
  return {
    show: (full, terse = full) => {
      const whole = full.map(visible);
      const lines = heightOf(whole, terminal) <= sizeOf(terminal).rows ? whole : terse.map(visible);
      if (!isOpen) terminal.write(ENTER);
      isOpen = true;
      const shown = fitting(lines, terminal).map((line) => `${line}${CLEAR_LINE}`);
      terminal.write(`${HOME}${shown.join('\n')}${CLEAR_BELOW}`);
    },
    end: () => {
      if (isOpen) terminal.write(LEAVE);
      isOpen = false;
    },
  };
}

/** Of a terminal that tells none, or 0 as those of some containers do, the usual. */
const sizeOf = ({ columns, rows }: Terminal): { columns: number; rows: number } => ({
  columns: columns || 80,
  rows: rows || 24,
});

/** As many lines as fit. */
function fitting(lines: readonly string[], terminal: Terminal): string[] {
  const { rows } = sizeOf(terminal);
  const shown: string[] = [];
  for (const line of lines) {
    if (heightOf([...shown, line], terminal) > rows) break;
    shown.push(line);
  }
  return shown;
}

/** In rows: a line that is wider than the terminal takes several. */
function heightOf(lines: readonly string[], terminal: Terminal): number {
  const { columns } = sizeOf(terminal);
  return lines.reduce(
    (rows, line) => rows + Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)),
    0,
  );
}
